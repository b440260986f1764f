import pytest

from index.recognition import language_asked_in, language_of
from tests.conftest import ARTICLE

SAID_IN = {
    "ca": "El far es va construir l’any 1857 i és el més alt de la costa; els vaixells que vénen de "
    "lluny el veuen amb claredat, però no sempre.",
    "cs": "Maják byl postaven v roce 1857 a je nejvyšší na pobřeží. Lodě, které se plaví z dálky, ho "
    "vidí jen tehdy, když není mlha.",
    "da": "Fyret blev bygget i 1857 og er det højeste på kysten. Skibene, som kommer langvejs fra, kan "
    "se det, men ikke når der er tåge.",
    "de": "Der Leuchtturm wurde 1857 gebaut und ist der höchste an der Küste. Die Schiffe, die von weit "
    "her kommen, sehen ihn, aber nicht bei Nebel.",
    "en": "The lighthouse was built in 1857 and is the tallest on the coast. Ships that come from far "
    "away can see it, but not when there is fog.",
    "es": "El faro se construyó en 1857 y es el más alto de la costa. Los barcos que vienen de lejos lo "
    "ven, pero no cuando hay niebla.",
    "fi": "Majakka rakennettiin vuonna 1857 ja se on rannikon korkein. Laivat, jotka tulevat kaukaa, "
    "näkevät sen, mutta eivät silloin kun on sumua.",
    "fr": "Le phare a été construit en 1857 et c’est le plus haut de la côte. Les bateaux qui viennent "
    "de loin le voient, mais pas par temps de brume.",
    "hu": "A világítótorony 1857-ben épült, és ez a legmagasabb a parton. A messziről érkező hajók is "
    "látják, de csak akkor, ha nincs köd.",
    "it": "Il faro fu costruito nel 1857 ed è il più alto della costa. Le navi che vengono da lontano lo "
    "vedono, ma non quando c’è la nebbia.",
    "nl": "De vuurtoren werd in 1857 gebouwd en is de hoogste van de kust. De schepen die van ver komen "
    "kunnen hem zien, maar niet als het mist.",
    "no": "Fyret ble bygget i 1857 og er det høyeste på kysten. Skipene som kommer langveisfra kan se "
    "det, men ikke når det er tåke.",
    "pl": "Latarnia została zbudowana w 1857 roku i jest najwyższa na wybrzeżu. Statki, które płyną z "
    "daleka, widzą ją, ale nie wtedy, gdy jest mgła.",
    "pt": "O farol foi construído em 1857 e é o mais alto da costa. Os navios que vêm de longe o veem, "
    "mas não quando há nevoeiro.",
    "ro": "Farul a fost construit în 1857 și este cel mai înalt de pe coastă. Navele care vin de departe "
    "îl văd, dar nu atunci când este ceață.",
    "sv": "Fyren byggdes 1857 och är den högsta på kusten. Fartygen som kommer långt ifrån kan se den, "
    "men inte när det är dimma.",
    "tr": "Deniz feneri 1857 yılında yapıldı ve kıyının en yüksek feneridir. Uzaktan gelen gemiler onu "
    "görür, ama sis varken göremez.",
    "vi": "Ngọn hải đăng được xây dựng vào năm 1857 và là ngọn cao nhất trên bờ biển.",
    "ar": "بنيت المنارة عام 1857 وهي الأعلى على الساحل.",
    "fa": "این فانوس دریایی در سال ۱۸۵۷ ساخته شد و بلندترین چراغ ساحل پارس است.",
    "el": "Ο φάρος χτίστηκε το 1857 και είναι ο ψηλότερος στην ακτή.",
    "hi": "यह प्रकाशस्तंभ 1857 में बना था और तट पर सबसे ऊँचा है।",
    "ja": "この灯台は1857年に建てられ、海岸で最も高い。",
    "ko": "이 등대는 1857년에 지어졌으며 해안에서 가장 높다.",
    "ru": "Маяк был построен в 1857 году и является самым высоким на побережье.",
    "th": "ประภาคารสร้างขึ้นในปี 1857 และสูงที่สุดบนชายฝั่ง",
    "uk": "Маяк збудували 1857 року, і він найвищий на узбережжі; її світло видно здалеку.",
    "zh": "这座灯塔建于1857年，是海岸上最高的。",
}


@pytest.mark.parametrize("language", SAID_IN)
def test_a_paragraph_tells_its_language(language: str) -> None:
    assert language_of(SAID_IN[language]) == language


def test_the_article_is_english() -> None:
    assert language_of(ARTICLE.read_text("utf-8")) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "1857, 1858; 42 %",
        "Hull",
        "😀",
        "Hon. Ana Luna\n\nHon. Rafael Ong\n\nHon. Susan Matcham\n" * 20,
        "n ( displaystyle n ) = e · a ( P ) a · o + e",
        "Richie Adams (1981), Pedro Espada (1971), Elmo Hope, Colin Powell, De La Soul",
    ],
)
def test_names_and_numbers_tell_none(text: str) -> None:
    assert language_of(text) == ""


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        pytest.param(SAID_IN["es"], "es-MX", "es-MX", id="its kind of the language is kept"),
        pytest.param(SAID_IN["es"], "en-US", "es", id="a template's language"),
        pytest.param(SAID_IN["en"], "de-DE", "en", id="a template's language, of English"),
        pytest.param("Hull 1857", "de-AT", "de-AT", id="too short to tell otherwise"),
        pytest.param("Hull 1857", "ja", "", id="another script"),
        pytest.param(SAID_IN["ru"], "bg", "bg", id="of the same script"),
        pytest.param(SAID_IN["zh"], "zh-Hans", "zh-Hans", id="its kind of the script is kept"),
        pytest.param(SAID_IN["zh"], "en", "zh", id="another script than it says"),
    ],
)
def test_what_a_file_says_is_believed_if_it_can_be(text: str, said: str, expected: str) -> None:
    assert language_of(text, said) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the lighthouse built?", "en"),
        ("¿Cuándo se construyó el faro?", "es"),
        ("Wann wurde der Leuchtturm gebaut?", "de"),
        ("灯塔有多高?", "zh"),
        ("lighthouse Hull 1857", ""),
    ],
)
def test_a_question_tells_its_language_if_its_words_do(question: str, expected: str) -> None:
    assert language_asked_in(question) == expected
