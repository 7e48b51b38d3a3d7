// The page itself: sentences come from its templates, so that they are translated in one place.

export const find = (selector, within = document) => within.querySelector(selector);

export const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

function say(key, position) {
  const template = find("#texts");
  const sentence = find(`[data-text="${key}"]`, template.content) ?? find(`[data-text="fault"]`, template.content);
  return sentence.textContent.replace("{n}", position);
}

// Puts a template in the place of the whole page and reads its heading out.
export function show(name) {
  const main = find("main");
  main.replaceChildren(find(`#view-${name}`).content.cloneNode(true));
  for (const nav of all("[data-languages]")) nav.hidden = true; // a link there would lose what is shown
  document.title = find("h1", main).textContent;
  reveal(main);
  scrollTo(0, 0);
  main.focus();
  return main;
}

export function reveal(within) {
  for (const node of all("[data-plain]", within)) node.hidden = true;
  for (const node of all("[data-scripted]", within)) node.hidden = false;
}

export function problems(form, sentences) {
  const box = find("[data-problems]", form);
  const list = find("ul", box);
  list?.replaceChildren(
    ...sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })),
  );
  box.hidden = sentences.length === 0;
  if (sentences.length) box.scrollIntoView({ block: "center" });
}

// Takes a form's submission over; while it runs, its buttons rest and its status line speaks.
export function onSubmit(within, name, handle) {
  const form = find(`[data-form="${name}"]`, within);
  if (!form) return;
  form.noValidate = true;
  let pressed = null; // older browsers do not say which button submitted
  form.addEventListener("click", ({ target }) => {
    if (target.type === "submit") pressed = target;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = all("button", form);
    const status = find("[data-status]", form);
    const tell = (key) => {
      if (status) status.textContent = key ? say(key) : "";
    };
    for (const button of buttons) button.disabled = true;
    if (find("[data-problems]", form)) problems(form, []);
    try {
      await handle(form, pressed?.value, tell);
    } catch (error) {
      problems(form, [say(error.reason ?? "fault", error.position)]);
    } finally {
      tell("");
      for (const button of buttons) button.disabled = false;
    }
  });
}
