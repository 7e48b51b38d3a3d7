"""What is wrong with a file, in Russian, by what is said of it in English.

The name of the file stands in front; ``%(name)s`` is a value.
"""

from typing import Final

WRONG: Final = {
    "a signature is missing, or is another key's": "подписи нет, или она от другого ключа",
    "a witness's cosignature does not hold": "подпись свидетеля неверна",
    "an ML-DSA-44 signature under the checkpoint does not hold": (
        "подпись ML-DSA-44 под контрольной точкой неверна"
    ),
    "can't be read": "не читается",
    "certifies no device of this team": "не удостоверяет устройство этой команды",
    "counts other bytes or files than are there": (
        "названо другое число байтов или файлов, чем есть"
    ),
    "custody log, line %(number)s: %(why)s": "журнал хранения, строка %(number)s: %(why)s",
    "did not hold yet on the day of the statement": "в день заявления ещё не действовал",
    "does not declare BagIt 1.0": "не объявлен формат BagIt 1.0",
    "does not have one line for each item of the bundle": (
        "нет ровно одной строки на каждый пункт пакета"
    ),
    "does not hold over the bag as it is now": "неверна для пакета в нынешнем виде",
    "does not parse as %(label)s": "не разбирается как %(label)s",
    "does not quote what stands at its place in the text that it names": (
        "цитата не та, что стоит на этом месте в названном тексте"
    ),
    "ends on another day than the first of its items": (
        "кончается не в тот день, что у первого из пунктов"
    ),
    "field %(name)s is not of the same version as the others": (
        "поле %(name)s не той же версии, что остальные"
    ),
    "has a SHA-256 that is none": "SHA-256 записан неверно",
    "has a name that no file of a bundle has": "такого имени у файла пакета быть не может",
    "has another name than its file, or fields twice or out of order": (
        "имя не то, что у файла, или поля повторены либо не по порядку"
    ),
    "has bytes after its end (%(label)s)": "после конца есть лишние байты (%(label)s)",
    "has no time stamp, though the policy names an authority": (
        "нет отметки времени, хотя в файле политики названа служба"
    ),
    "has not the size that was taken down at intake": "размер не тот, что записан при поступлении",
    "holds a file that is no exhibit's content": (
        "есть файл, который не относится ни к одному материалу"
    ),
    "holds more files than a bundle may": "файлов больше, чем может быть в пакете",
    "holds more files, or more bytes, than a bundle may": (
        "файлов или байтов больше, чем может быть в пакете"
    ),
    "is a copy that does not name its original, or what made it": (
        "копия не называет свой оригинал или то, чем она сделана"
    ),
    "is a copy with the very bytes of its original": "копия совпадает с оригиналом байт в байт",
    "is a folder that can't be read": "папка не читается",
    "is a link or a device, not a file": "это ссылка или устройство, а не файл",
    "is a link or a device, or a folder too deep": (
        "это ссылка, устройство или слишком глубокая папка"
    ),
    "is an empty folder": "пустая папка",
    "is an exhibit that the statement does not name": "этого материала нет в заявлении",
    "is an exhibit that the statement names, and missing": (
        "материал назван в заявлении, но его нет"
    ),
    "is an exhibit with other fields than an exhibit has": "у материала не те поля, что бывают",
    "is an exhibit without a record in data/items": "для материала нет записи в data/items",
    "is cosigned by %(many)s of its witnesses, the policy asks for %(threshold)s": (
        "свидетелей, подписавших вместе с журналом: %(many)s; в файле политики требуется "
        "%(threshold)s"
    ),
    "is cut off": "оборван",
    "is cut off (%(label)s)": "оборван (%(label)s)",
    "is cut off behind its header": "оборван после заголовка",
    "is encrypted inside the .zip file": "зашифрован внутри файла .zip",
    "is larger than a file of a bundle may be": "больше, чем может быть файл пакета",
    "is listed in %(manifest)s and missing": "назван в %(manifest)s, но его нет",
    "is missing": "нет этого файла",
    "is named in the signed statement and missing": "назван в подписанном заявлении, но его нет",
    "is no plain drawing": "не простой рисунок",
    "is not a checkpoint of three lines with its signatures": (
        "это не контрольная точка из трёх строк с подписями"
    ),
    "is not a list of hashes and files": "это не список хешей и файлов",
    "is not a list of hashes and files, in order": "это не список хешей и файлов по порядку",
    "is not an RFC 3161 time stamp over SHA-256": "это не отметка времени RFC 3161 по SHA-256",
    "is not an age file": "это не файл age",
    "is not by a stamp authority that the policy names": (
        "отметка не от службы, названной в файле политики"
    ),
    "is not in the one form that %(label)s has": (
        "записан не в единственной форме, какая есть у %(label)s"
    ),
    "is not of the format %(label)s": "не в формате %(label)s",
    "is not opened by the file key of the proof": "ключ файла из доказательства его не открывает",
    "is not padded as it should be": "дополнен не так, как должен быть",
    "is not signed by the log that the policy names": (
        "не подписан журналом, названным в файле политики"
    ),
    "is not signed with the log's ML-DSA-44 key that the policy names": (
        "не подписан ключом ML-DSA-44 журнала, названным в файле политики"
    ),
    "is not the device's that the signed statement names": (
        "не того устройства, что названо в подписанном заявлении"
    ),
    "is not the device's: %(why)s": "не от этого устройства: %(why)s",
    "is not the exhibit that was taken in: its SHA-256 is another": (
        "не тот материал, что поступил: SHA-256 другой"
    ),
    "is not the file that %(manifest)s lists: one of the two was altered": (
        "не тот файл, что назван в %(manifest)s: одно из двух изменено"
    ),
    "is not the file that the signed statement lists": (
        "не тот файл, что назван в подписанном заявлении"
    ),
    "is not the root of the team that the policy names": (
        "не корень той команды, что названа в файле политики"
    ),
    "is not the root that the signed statement names": (
        "не тот корень, что назван в подписанном заявлении"
    ),
    "is not the root's: %(why)s": "не от корня: %(why)s",
    "is not what statement.age opens to": "не то, что открывается из statement.age",
    "is of another log than the policy names": "другого журнала, чем назван в файле политики",
    "is older than a witness's cosignature that it covers": (
        "старше подписи свидетеля, которую охватывает"
    ),
    "is out of order: it is of an earlier day than the line above it": (
        "не по порядку: день раньше, чем в строке выше"
    ),
    "is over something else than this bundle's statement": "относится не к заявлению этого пакета",
    "is packed in a way that is not read here": "упакован способом, который здесь не читается",
    "it is given by another hand than the one that had it": "передал не тот, у кого это было",
    "its fields are not what the log's checkpoint committed to": (
        "поля не те, что закреплены контрольной точкой журнала"
    ),
    "its salt and place do not lead from the statement to the log's checkpoint": (
        "соль и место не ведут от сообщения к контрольной точке журнала"
    ),
    "leaves an item's number out, or has it twice": (
        "число какого-то пункта пропущено или повторено"
    ),
    "lets a whole statement go on something else than consent": (
        "сообщение целиком отдано не по согласию, а по другому основанию"
    ),
    "lists its files twice or out of order": "файлы повторены или не по порядку",
    "lists itself or a stamp": "называет само себя или отметку времени",
    "names an exhibit twice or out of order": "материал назван дважды или не по порядку",
    "names another %(key)s than the signed statement": (
        "не совпадает с подписанным заявлением: %(key)s"
    ),
    "names neither item nor arrival": "не называет ни пункта, ни сообщения",
    "nobody took the hash, so the chain is broken": "хеш никто не вычислил, цепочка прервана",
    "purpose": "цель",
    "recipient": "получатель",
    "rests on an item that is not in the bundle": "опирается на пункт, которого нет в пакете",
    "says another number, or of another, than its items": (
        "число или предмет не те, что в названных пунктах"
    ),
    "says until when in a way that does not fit its basis": "срок не подходит к основанию",
    "shares its place in the log with another item": "место в журнале то же, что у другого пункта",
    "states a time that no calendar has": "названо время, которого нет в календаре",
    "the .zip file does not hold one bundle": "в файле .zip не один пакет",
    "the .zip file holds something beside the bundle": "в файле .zip есть что-то кроме пакета",
    "the .zip file is broken, or is none": "файл .zip повреждён, или это не .zip",
    "the Ed25519 signature does not hold": "подпись Ed25519 неверна",
    "the ML-DSA-44 signature does not hold": "подпись ML-DSA-44 неверна",
    "the consent had expired when the bundle was made": (
        "когда делали пакет, срок согласия уже истёк"
    ),
    "the custody log does not begin with the intake, on its day": (
        "журнал хранения не начинается с поступления в названный день"
    ),
    "the custody log goes on after the bundle was made": (
        "журнал хранения продолжается после того, как сделан пакет"
    ),
    "the hash after is not that of the exhibit": "хеш «после» не тот, что у материала",
    "the hash before is not the hash that it had last": "хеш «до» не тот, что был последним",
    "the proof in the log's tree is too long": "доказательство в дереве журнала слишком длинное",
    "the proof in the log's tree is too short": "доказательство в дереве журнала слишком короткое",
    "the proof's place lies outside the log's tree": (
        "место из доказательства лежит вне дерева журнала"
    ),
    "the statement names other arrivals than are there": (
        "в заявлении названы не те сообщения, что есть"
    ),
    "the statement names other items than are there": "в заявлении названы не те пункты, что есть",
    "there are two files of this name": "два файла с этим именем",
    "until": "срок",
    "was added: %(manifest)s does not list it": "добавлен: в %(manifest)s его нет",
    "was added: no bundle has it": "добавлен: в пакетах такого файла не бывает",
    "was added: the signed statement does not list it": "добавлен: в подписанном заявлении его нет",
    "was altered: a chunk's tag does not hold": "изменён: метка одного из кусков неверна",
    "was given after the consent had expired": "поставлена после того, как истёк срок согласия",
    "was given on another day than the bundle says it was made": (
        "поставлена не в тот день, когда, по словам пакета, он сделан"
    ),
    "with the control's hash it is not the arrival of its name": (
        "вместе с хешем служебной части это не то сообщение, чьё имя носит"
    ),
}
