"""The language of a text is told where its words tell it, and no other is guessed."""

import unicodedata

import pytest

from semsearch.language.detect import is_foreign, language_of

SENTENCES = {
    "en": "The ducks on the pond were fed by the children who had come with their mother.",
    "de": "Die Enten auf dem Teich wurden von den Kindern gefüttert, die mit ihrer Mutter kamen.",
    "fr": "Les canards de l'étang ont été nourris par les enfants qui sont venus avec leur mère.",
    "es": "Los patos del estanque fueron alimentados por los niños que vinieron con su madre.",
    "pt": "Os patos do lago foram alimentados pelas crianças que vieram com a mãe delas.",
    "it": "Le anatre dello stagno sono state nutrite dai bambini che erano venuti con la madre.",
    "nl": "De eenden op de vijver werden gevoerd door de kinderen die met hun moeder kwamen.",
    "da": "Ænderne på dammen blev fodret af børnene, som var kommet med deres mor efter skole.",
    "no": "Endene på dammen ble matet av barna, som hadde kommet sammen med moren sin etter skolen.",
    "sv": "Änderna på dammen matades av barnen, som hade kommit med sin mamma efter skolan.",
    "is": "Börnin gáfu öndunum á tjörninni brauð og fóru svo heim með móður sinni.",
    "fi": "Lapset ruokkivat sorsia lammella, ja sen jälkeen he menivät kotiin äitinsä kanssa.",
    "et": "Lapsed söötsid tiigil parte ja läksid siis koos oma emaga koju, kui hakkas sadama.",
    "lv": "Bērni dīķī baroja pīles un pēc tam gāja mājās kopā ar savu māti, jo bija vēls.",
    "lt": "Vaikai tvenkinyje šėrė antis, o po to su savo mama ėjo namo, nes buvo vėlu.",
    "pl": "Dzieci karmiły kaczki na stawie, a potem poszły do domu z mamą, bo było już późno.",
    "cs": "Děti krmily kachny na rybníku a potom šly s maminkou domů, protože už bylo pozdě.",
    "sk": "Deti kŕmili kačice na rybníku a potom išli s mamou domov, pretože už bolo neskoro.",
    "sl": "Otroci so hranili race na ribniku, potem pa so šli z mamo domov, ker je bilo že pozno.",
    "hr": "Djeca su hranila patke na jezeru, a zatim su s majkom otišla kući jer je već bilo kasno.",
    "hu": "A gyerekek megetették a kacsákat a tavon, majd hazamentek az anyjukkal, mert már késő volt.",
    "ro": "Copiii au hrănit rațele de pe lac și apoi au mers acasă cu mama lor, pentru că era târziu.",
    "tr": "Çocuklar göldeki ördekleri besledi ve sonra anneleri ile eve gitti, çünkü çok geç olmuştu.",
    "id": "Anak-anak memberi makan bebek di kolam itu, lalu mereka pulang dengan ibu karena sudah malam.",
    "vi": "Những đứa trẻ cho vịt ăn ở trong hồ rồi về nhà với mẹ của chúng vì trời đã tối.",
    "ru": "Дети покормили уток на пруду, а потом пошли домой с мамой, потому что было уже поздно.",
    "uk": "Діти погодували качок на ставку, а потім пішли додому з мамою, бо вже було пізно.",
    "bg": "Децата нахраниха патиците в езерото и след това се прибраха с майка си, защото беше късно.",
    "sr": "Деца су хранила патке на језеру, а затим су с мајком отишла кући јер је већ било касно.",
    "el": "Τα παιδιά τάισαν τις πάπιες στη λίμνη και μετά πήγαν στο σπίτι με τη μητέρα τους.",
    "ar": "أطعم الأطفال البط في البركة ثم عادوا إلى البيت مع أمهم لأن الوقت كان متأخرا.",
    "fa": "بچه ها به اردک ها در برکه غذا دادند و سپس با مادر خود به خانه رفتند.",
    "he": "הילדים האכילו את הברווזים באגם ואחר כך הלכו הביתה עם אמא שלהם כי היה מאוחר.",
    "hi": "बच्चों ने तालाब में बत्तखों को खाना खिलाया और फिर अपनी माँ के साथ घर चले गए।",
    "th": "เด็กๆ ให้อาหารเป็ดในสระน้ำแล้วกลับบ้านกับแม่",
    "ko": "아이들은 연못에서 오리에게 먹이를 주고 엄마와 함께 집으로 갔다.",
    "ja": "子供たちは池でアヒルに餌をやり、それから母親と家に帰った。",
    "zh": "孩子们在池塘里喂鸭子，然后和妈妈一起回家了。",
}


def test_a_short_sentence_in_russian_shows_its_language_by_words_of_one_letter() -> None:
    assert language_of("Договор аренды квартиры подписан в пятницу, ключи у соседа.") == "ru"


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_shows_its_language(language: str) -> None:
    assert language_of(SENTENCES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019-04-01 12.50 1,250.00 DE89 3704 0044",
        "Anna Müller, Peter Schmidt, José García, Jean Dupont, Giovanni Rossi",
        "Berlin Paris London Roma Madrid Oslo",
        "IMG_0412.jpg",
        "Rechnung",
        "Total Net VAT Qty Price EUR 12.50 Item SKU 4471",
        "for (int i = 0; i < n; i++) { if (is_open[i]) { return as_text(list[i]); } }",
    ],
)
def test_names_numbers_and_code_have_no_language(text: str) -> None:
    assert language_of(text) == ""


def test_a_text_half_in_one_language_and_half_in_another_has_none() -> None:
    assert language_of(f"{SENTENCES['de']} {SENTENCES['ru']} 猫 {SENTENCES['el']}") == ""


def test_foreign_names_and_terms_do_not_change_the_language() -> None:
    assert language_of("The café of Señor Muñoz in Málaga was the best that we have seen.") == "en"
    assert language_of("Wir haben das Update für den Server auf Windows und Linux installiert.") == "de"
    assert language_of("我们用 Python 和 Redis 做了一个搜索程序。") == "zh"


def test_a_long_text_is_judged_by_all_of_it() -> None:
    licence = SENTENCES["en"] * 10
    assert language_of(licence + SENTENCES["de"] * 200) == "de"


def test_accents_count_whether_they_are_composed_or_not() -> None:
    assert language_of(unicodedata.normalize("NFD", SENTENCES["cs"])) == "cs"


@pytest.mark.parametrize(
    "query",
    [
        "Wie entkalke ich einen Wasserkocher?",
        "ein Regenschirm im Regen",
        "Comment détartrer une bouilloire ?",
        "Как очистить чайник от накипи?",
        "怎么给水壶除水垢？",
        "¿Quién escribió el libro sobre los robles?",
    ],
)
def test_a_question_in_another_language_is_certainly_foreign(query: str) -> None:
    assert is_foreign(query)


@pytest.mark.parametrize(
    "query",
    [
        "how do I descale a kettle",
        "PD-1 triggering on monocytes reduces IL-10 production by monocytes.",
        "A dog jumps over a chain",
        "ADAR1 binds to Dicer to cleave pre-miRNA.",
        "Ludwig van Beethoven symphony",
        "Tour de France 1998",
        "an die Freude sheet music",
        "SELECT * FROM users WHERE id = 3",
        "Rechnung",
        "der Hund",
        "猫咪",
        "Лев Толстой",
    ],
)
def test_english_names_code_and_single_words_are_not_certainly_foreign(query: str) -> None:
    assert not is_foreign(query)
