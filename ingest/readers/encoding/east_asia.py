"""How plausible a decoded text of Chinese, Japanese or Korean is, in the bits of `cost`."""

from __future__ import annotations

from collections.abc import Mapping

# The commonest characters, which are about half of all text.
_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方"
    "多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情"
    "明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给"
    "世位次度门任常先海通教儿原东声提立及"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方"
    "多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情"
    "明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給"
    "世位次度門任常先海通教兒原東聲提立及"
)
_KANJI = (
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土"
    "木聞食車何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力問代明動京目通言理体田主題意不作用度強公持野以思"
    "家世多正安院心界教文元重近考画海売知道集別物使品計死特私始朝運終台広住真有口少町料工建空急止送切転研足究楽起着店病質待試"
    "族銀早映親験英医仕去味写字答夜音注帰古歌買悪図週室歩風紙黒花春赤青館屋色走秋夏習駅洋旅服夕借曜飲肉貸堂鳥飯勉冬昼茶弟牛魚"
    "兄犬妹姉漢"
)
_HANGUL = (
    "이다는에을의가고하지도은한로기사를리어나자인대그라시아들해으서일있것수게정부만전보성과니상면여주장스원없동제와거조구안신"
    "경방공오생내국말세비마개위선음유무당물우중소르연미계관분바모요저실진식영러치화인회양"
)
# Signs that texts of all of them have.
_MARKS = dict.fromkeys("、。，．・：；？！（）「」『』《》〈〉“”…—ー～　【】", 7.0)
_COMMON, _KNOWN, _RARE, _NO_TEXT = 8.5, 12.5, 19.0, 26.0
_HIRAGANA, _KATAKANA, _HALF_WIDTH = 6.5, 8.5, 14.0

# The characters of each encoding that stand in its first half are the better known ones.
_SCRIPTS: Mapping[str, tuple[str, range]] = {
    "gb18030": (_SIMPLIFIED, range(0xB0, 0xD8)),
    "big5hkscs": (_TRADITIONAL, range(0xA4, 0xC7)),
    "cp932": (_KANJI, range(0x88, 0x98)),
    "euc_jp": (_KANJI, range(0xB0, 0xD0)),
    "cp949": (_HANGUL, range(0xB0, 0xC9)),
}
ENCODINGS = tuple(_SCRIPTS)
_ANY_COMMON = frozenset(_SIMPLIFIED + _TRADITIONAL + _KANJI + _HANGUL + " \n").union(_MARKS)


def cost_of(text: str, encoding: str) -> float:
    """The bits of the characters beyond ASCII of a text that was decoded with one of `ENCODINGS`."""
    common, known = _SCRIPTS[encoding]
    return sum(_bits(char, common, known, encoding) for char in text if char >= "\x80")


def common_share(text: str) -> float:
    """The share of characters of a text that are common in one of these languages."""
    return sum(char in _ANY_COMMON or "\u3041" <= char <= "\u30fa" for char in text) / len(text)


def _bits(char: str, common: str, known: range, encoding: str) -> float:
    if char in _MARKS:
        return _MARKS[char]
    is_japanese = common is _KANJI
    if "\u3041" <= char <= "\u3096":
        return _HIRAGANA if is_japanese else _RARE
    if "\u30a1" <= char <= "\u30fa":
        return _KATAKANA if is_japanese else _RARE
    if char in common:
        return _COMMON
    if not char.isalpha():
        return _HALF_WIDTH if char.isprintable() and char != "\ufffd" else _NO_TEXT
    if "\uff61" <= char <= "\uff9f":
        return _HALF_WIDTH
    return _KNOWN if char.encode(encoding)[0] in known else _RARE
