// The nine words, and the practice step that asks for three of them without showing any.
import { all, find, onSubmit, show } from "./dom.mjs";
import { fold } from "./phrase.mjs";

export function showWords(words, wordLanguage, extra = () => {}) {
  const main = show("words");
  const list = find("[data-words]", main);
  list.lang = wordLanguage;
  all("li", list).forEach((item, i) => {
    item.textContent = words[i];
  });
  extra(main);
  onSubmit(main, "noted", () => practise(words, wordLanguage, extra));
}

function practise(words, wordLanguage, extra) {
  const main = show("practice");
  onSubmit(main, "practice", (form, step) => {
    if (step === "show") return showWords(words, wordLanguage, extra);
    const inputs = all("input:not([type])", form);
    const wrong = inputs.filter((input) => fold(input.value.trim()) !== fold(words[Number(input.dataset.number) - 1]));
    for (const input of inputs) input.toggleAttribute("aria-invalid", false);
    for (const input of wrong) input.setAttribute("aria-invalid", "true");
    if (wrong.length) {
      find("[data-problems]", form).hidden = false;
      wrong[0].focus();
      return undefined;
    }
    show("done");
    return undefined;
  });
}
