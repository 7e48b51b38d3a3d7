"""The invented report: nobody in it lives, no place in it is on a map.

Upholds: what is typed and must never lie readable on a disk is a canary; the words that are quoted
with consent hold none of them.
"""

from asylia.rehearsal.canaries import Canary

QUOTED = "Меня держали три дня, у меня отняли телефон и требовали имена из него."
REPORT = (
    f"Меня зовут Примерий Вымышленный, я из села Нигдеево. {QUOTED} Это были люди в форме. "
    "Дядя Образец Вымышленный говорит, что смоет позор. Сейчас я у сестры на улице Несуществующей."
)
SAFE_HOW = "записка в почтовом ящике на Никакой площади"
SAFE_WHEN = "по четвергам, после полуночной ярмарки"
REPLY = (
    "Мы прочитали всё, что вы написали. Пока не выходите к дяде. "
    "Если пишете вы сами, начните следующее письмо со слова «подорожник-семь»."
)
FILE_NAME = "vymyshlennaya-spravka.txt"
FILE = (
    "Справка, которой не было: выдана Примерию Вымышленному больницей Несуществующей.\n" * 40
).encode()

CANARIES = (
    Canary("the reporter's name", "Примерий Вымышленный"),
    Canary("the uncle's name", "Образец Вымышленный"),
    Canary("the village", "Нигдеево"),
    Canary("the street", "Несуществующей"),
    Canary("where to leave a note", SAFE_HOW),
    Canary("when it is safe", SAFE_WHEN),
    Canary("the agreed word", "подорожник-семь"),
    Canary("the reply's first words", "Мы прочитали всё"),
    Canary("the attachment's name", FILE_NAME),
    Canary("the attachment", "Справка, которой не было"),
)
