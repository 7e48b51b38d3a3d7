"""What the checker says in Russian, by what it says in English.

``%(name)s`` is a value.  What may be wrong with a file stands in ``russian_wrong``.
"""

from typing import Final

from asylia_verify.russian_wrong import WRONG

RUSSIAN: Final = WRONG | {
    "%(many)s copies against their originals: those are not in the bundle": (
        "копии против оригиналов (%(many)s): оригиналов в пакете нет"
    ),
    "%(many)s exhibits by their record alone: their bytes are not in the bundle": (
        "материалы, от которых здесь только запись (%(many)s): самих файлов в пакете нет"
    ),
    "%(many)s files that this checker does not know: hashes only": (
        "файлы, неизвестные этой программе (%(many)s): сверены только хеши"
    ),
    "%(many)s time stamps: by no authority of the policy": (
        "отметки времени (%(many)s): не от службы, названной в файле политики"
    ),
    "Checked before that, and held:": "До этого проверено и верно:",
    "Checked, and held:": "Проверено и верно:",
    "Ed25519 and ML-DSA-44": "Ed25519 и ML-DSA-44",
    "First thing wrong: %(what)s.": "Первое, что неверно: %(what)s.",
    "Heed:": "Учтите:",
    "ML-DSA-44: not checked; this openssl is older than 3.5; Ed25519 beside it was": (
        "ML-DSA-44: не проверено, openssl старше версии 3.5; подпись Ed25519 рядом проверена"
    ),
    "Not checked:": "Не проверено:",
    "VALID under your policy. Read also what was not checked, and what this does not show.": (
        "ВЕРНО по вашему файлу политики. Прочтите и то, что не проверено, и то, чего это не "
        "доказывает."
    ),
    (
        "WHOLE, SIGNER UNKNOWN. The bundle agrees with itself; anyone can make one that does.\n"
        "Get the team's policy file another way than this bundle, and check again with --policy."
    ): (
        "ЦЕЛО, ПОДПИСАВШИЙ НЕИЗВЕСТЕН. Пакет согласован сам с собой; такой может сделать кто "
        "угодно.\nПолучите файл политики команды иным путём, чем этот пакет, и проверьте ещё раз "
        "с --policy."
    ),
    "WRONG. Do not rely on this bundle.": "НЕВЕРНО. Не полагайтесь на этот пакет.",
    (
        "What this does not show: that they are true, who wrote them, what else the record "
        "says,\nthat the consent it states was given.\nThe PDF was compared by its hash only; "
        "where it and the data differ, the data counts."
    ): (
        "Чего это не доказывает: что эти слова правдивы, кто их написал, что ещё есть в "
        "записях,\nчто заявленное согласие было дано.\nPDF сверен только по хешу; если он "
        "расходится с данными, верны данные."
    ),
    "What this shows: the files belong together. Whose they are is not known.": (
        "Что это доказывает: файлы составляют одно целое. Чьи они, неизвестно."
    ),
    (
        "What this shows: these words were in the team's record by the checkpoint, unaltered;\na "
        "device of the team made this bundle, for the purpose and recipient named above."
    ): (
        "Что это доказывает: к моменту контрольной точки эти слова были в записях команды в том "
        "же виде;\nпакет сделан устройством команды, для названных выше цели и получателя."
    ),
    "a bundle is a folder or a .zip file": "пакет — это папка или файл .zip",
    "broke off, so nothing is known (%(kind)s)": (
        "проверка оборвалась, ничего не известно (%(kind)s)"
    ),
    "by this machine's clock the bundle was made in the future": (
        "по часам этого компьютера пакет сделан в будущем"
    ),
    "concerns nobody: %(many)s": "никого не касается: %(many)s",
    "consent: as the signer states it, for every item and arrival; %(stated)s": (
        "согласие: как заявляет подписавший, для каждого пункта и каждого сообщения; %(stated)s"
    ),
    "decided for them in an emergency: %(many)s": "решено за них в чрезвычайном случае: %(many)s",
    (
        "exhibits: %(whole)s with their bytes, each of the SHA-256 taken at intake; by their "
        "record alone: %(records)s; custody: %(events)s events, each chain unbroken and in "
        "order; copies: %(copies)s, each naming its original; quotations found in their texts: "
        "%(quotes)s; not that what they show is true, nor who the numbered hands are"
    ): (
        "материалы: с самими файлами %(whole)s, у каждого SHA-256 тот же, что при поступлении; "
        "только записи: %(records)s; хранение: событий %(events)s, каждая цепочка цела и по "
        "порядку; копии: %(copies)s, каждая называет свой оригинал; цитат найдено в текстах: "
        "%(quotes)s; не проверено, правда ли то, что на них, и кто стоит за номерами рук"
    ),
    "fields: all %(fields)s proven up to the checkpoint; items: %(items)s": (
        "поля: все (%(fields)s) доказаны до контрольной точки; пунктов: %(items)s"
    ),
    "figures: every number is what the items that it names say": (
        "числа: каждое — то, что говорят названные при нём пункты"
    ),
    "form: BagIt 1.0, %(many)s files, none missing, none added, every hash right": (
        "форма: BagIt 1.0, файлов %(many)s, ни один не пропал и не добавлен, все хеши верны"
    ),
    "given by those concerned: %(many)s": "дано теми, кого касается: %(many)s",
    "given in the stead of somebody who can't be asked: %(many)s": (
        "дано за того, кого нельзя спросить: %(many)s"
    ),
    "log: checkpoint of %(size)s leaves signed; witnesses: %(many)s": (
        "журнал: контрольная точка (листьев %(size)s) подписана; свидетелей: %(many)s"
    ),
    (
        "made: dated %(made_on)s; consent until: %(until)s; purpose: %(purpose)s; recipient: "
        "%(recipient)s"
    ): (
        "сделан: датирован %(made_on)s; согласие до: %(until)s; цель: %(purpose)s; получатель: "
        "%(recipient)s"
    ),
    "no end, all of it is public": "без срока, всё это опубликовано",
    "said in public: %(many)s": "сказано публично: %(many)s",
    "signatures (%(algorithms)s): statement and bag by a device certified by %(whose)s": (
        "подписи (%(algorithms)s): заявление и пакет подписаны устройством; его удостоверил "
        "%(whose)s"
    ),
    "statement: lists every file under data/ by hash and size": (
        "заявление: называет каждый файл в data/, с хешем и размером"
    ),
    (
        "statements in full: %(many)s; these words, unchanged, existed by the checkpoint; not "
        "who wrote them, nor that they are true"
    ): (
        "сообщения целиком: %(many)s; эти слова, в том же виде, существовали к моменту "
        "контрольной точки; не проверено, кто их написал и правдивы ли они"
    ),
    "that the log shows everyone the same tree: the policy asks for no witness": (
        "что журнал показывает всем одно и то же дерево: файл политики не требует свидетелей"
    ),
    (
        "the .zip around the files: its dates, notes and gaps are covered by nothing, only the "
        "files in it are; and a .zip can be made to unpack differently elsewhere: unpack it, "
        "check the folder, and read that"
    ): (
        "файл .zip вокруг файлов: его даты, пометки и промежутки ничем не закреплены, закреплены "
        "только сами файлы; к тому же .zip можно сделать так, что в другом месте он распакуется "
        "иначе: распакуйте, проверьте папку и читайте её"
    ),
    "the command openssl (3.0 or later) was not found; install it first": (
        "команда openssl (3.0 или новее) не найдена; сначала установите её"
    ),
    "the command openssl does not run": "команда openssl не запускается",
    "the command openssl has no ChaCha20 or no Poly1305": (
        "в команде openssl нет ChaCha20 или Poly1305"
    ),
    "the command openssl is too old: 3.0 or later is needed": (
        "команда openssl слишком старая: нужна 3.0 или новее"
    ),
    "the consent expired on %(day)s: do not use it, do not pass it on": (
        "срок согласия истёк %(day)s: не используйте и не передавайте дальше"
    ),
    "the policy file %(why)s": "файл политики: %(why)s",
    "the policy file asks for more witnesses than it names": (
        "файл политики требует больше свидетелей, чем называет"
    ),
    "the policy file can't be read": "файл политики не читается",
    "the policy file lies in the bundle; get it another way than the bundle": (
        "файл политики лежит в самом пакете; получите его иным путём"
    ),
    "the policy file names one witness twice, or the log as a witness": (
        "в файле политики свидетель назван дважды или свидетелем назван сам журнал"
    ),
    "the policy's team": "корень команды из файла политики",
    "the root in the bundle": "корень из самого пакета",
    "the verdict could not be written, so nothing is told": (
        "ответ не удалось вывести, ничего не сказано"
    ),
    "there is no such bundle": "такого пакета нет",
    "time stamps: the policy names no stamp authority": (
        "отметки времени: в файле политики не названа служба"
    ),
    "time: the signed statement existed by %(moment)s UTC, by an authority of the policy": (
        "время: подписанное заявление существовало к %(moment)s UTC, по отметке службы из файла "
        "политики"
    ),
    "whether the device's certificate was withdrawn later: ask the team": (
        "не отозван ли позже сертификат устройства: спросите команду"
    ),
    "who gave the time stamps, and so when: not checked without a policy file": (
        "кем и, значит, когда поставлены отметки времени: без файла политики не проверить"
    ),
    "who signed and cosigned the log's checkpoint: not checked without a policy file": (
        "кто подписал контрольную точку журнала: без файла политики не проверить"
    ),
    "whose root this is: not checked without a policy file": (
        "чей это корень: без файла политики не проверить"
    ),
}
