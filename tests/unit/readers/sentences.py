"""Short texts in many languages, and the encodings in which such texts are found."""

# By language: its encodings, and sentences.
SENTENCES = {
    "German": (
        "cp1252 cp850 cp437 mac_roman cp1250 iso8859_15",
        (
            "Über den Wäldern hängt am frühen Morgen dichter grauer Nebel",
            "Die Straßenbahn fährt heute später, weil die Brücke gesperrt ist",
            "Bitte überweisen Sie den Betrag für die Möbel bis März",
        ),
    ),
    "French": (
        "cp1252 cp850 mac_roman iso8859_15",
        (
            "Le café de la gare était fermé à cause des élections",
            "Nous avons déjà reçu votre lettre concernant la forêt brûlée",
            "Les élèves préparent un spectacle pour la fête du village",
        ),
    ),
    "Spanish": (
        "cp1252 cp850 cp437 mac_roman",
        (
            "El niño perdió su cuaderno en el camión de la montaña",
            "Mañana llegará el señor Núñez con los documentos de la pensión",
            "¿Cuándo empieza la función de teatro en la plaza mayor?",
        ),
    ),
    "Portuguese": (
        "cp1252 cp850 mac_roman",
        (
            "A reunião começa às nove horas na sala de informações",
            "O avião não chegou porque havia muita névoa na manhã",
            "As crianças comeram pão com maçã antes da natação",
        ),
    ),
    "Swedish": (
        "cp1252 cp850 cp437 mac_roman",
        (
            "På morgonen går hon över bron för att köpa färskt bröd",
            "Älgen stod länge på åkern innan den försvann i skogen",
            "Vi måste åka hem före klockan åtta på söndag kväll",
        ),
    ),
    "Danish": (
        "cp1252 cp850 mac_roman",
        (
            "Færgen sejler først når tågen over øen er væk",
            "Pigen købte rødgrød og fløde på hjørnet ved åen",
            "Regningen for møblerne skal betales før påske",
        ),
    ),
    "Finnish": (
        "cp1252 cp850 cp437 mac_roman",
        (
            "Tänään sataa lunta ja järvi on vielä jäässä",
            "Äiti leipoo pöydällä tuoretta leipää koko päivän",
            "Hän löysi vanhan kirjeen pöytälaatikosta eilen illalla",
        ),
    ),
    "Polish": (
        "cp1250 iso8859_2 cp852 mac_latin2",
        (
            "Zażółć gęślą jaźń, mówi się dzieciom w szkole podstawowej",
            "Pociąg do Łodzi odjeżdża z toru drugiego za pięć minut",
            "Proszę zapłacić rachunek za prąd do końca miesiąca",
        ),
    ),
    "Czech": (
        "cp1250 iso8859_2 cp852 mac_latin2",
        (
            "Příští vlak do Brna odjíždí z třetího nástupiště večer",
            "Děti si hrály na louce, dokud nezačalo pršet",
            "Zaplaťte prosím účet za elektřinu do konce měsíce",
        ),
    ),
    "Hungarian": (
        "cp1250 iso8859_2 cp852 mac_latin2",
        (
            "Az őszi erdőben sűrű köd ült a fák között",
            "A gyerekek a réten játszottak, amíg el nem eredt az eső",
            "Kérjük, fizesse ki a számlát a hónap végéig",
        ),
    ),
    "Turkish": (
        "cp1254 cp857 iso8859_9 mac_turkish",
        (
            "Çocuklar bahçede oynarken yağmur yağmaya başladı",
            "Lütfen faturayı ay sonuna kadar ödeyiniz, teşekkür ederiz",
            "İstanbul'da hava bugün güneşli ve ılık olacak",
        ),
    ),
    "Russian": (
        "cp1251 koi8_r cp866 mac_cyrillic iso8859_5",
        (
            "Расписание электричек изменится с первого мая этого года",
            "Мальчик потерял тетрадь по дороге в школу",
            "Прошу оплатить счёт за свет до конца месяца",
        ),
    ),
    "Ukrainian": (
        "cp1251 koi8_u mac_cyrillic iso8859_5",
        (
            "Діти гралися на луці, доки не почався дощ",
            "Прошу сплатити рахунок за світло до кінця місяця",
            "Учора ввечері йшов сніг і було дуже холодно",
        ),
    ),
    "Greek": (
        "cp1253 iso8859_7 cp737 mac_greek",
        (
            "Το τρένο για την Αθήνα φεύγει από την τρίτη αποβάθρα",
            "Τα παιδιά έπαιζαν στο λιβάδι ώσπου άρχισε να βρέχει",
            "Παρακαλώ πληρώστε τον λογαριασμό μέχρι το τέλος του μήνα",
        ),
    ),
    "Hebrew": (
        "cp1255 cp862 iso8859_8",
        (
            "הילדים שיחקו באחו עד שהתחיל לרדת גשם",
            "נא לשלם את חשבון החשמל עד סוף החודש",
            "אתמול בערב ירד שלג והיה קר מאוד",
        ),
    ),
    "Arabic": (
        "cp1256 iso8859_6 cp720",
        (
            "لعب الأطفال في المرج حتى بدأ المطر بالهطول",
            "يرجى دفع فاتورة الكهرباء قبل نهاية الشهر",
            "تساقط الثلج مساء أمس وكان الجو باردا جدا",
        ),
    ),
    "Japanese": (
        "cp932 euc_jp",
        (
            "森の上には早朝から霧がかかり、鳥たちは歌うのをやめる",
            "子供たちは雨が降り始めるまで野原で遊んでいた",
            "月末までに電気料金をお支払いください",
        ),
    ),
    "Chinese, simplified": (
        "gb18030",
        (
            "孩子们在草地上玩耍，直到开始下雨为止",
            "请在月底之前支付本月的电费账单",
            "昨天晚上下了雪，天气非常寒冷",
        ),
    ),
    "Chinese, traditional": (
        "big5",
        (
            "孩子們在草地上玩耍，直到開始下雨為止",
            "請在月底之前支付本月的電費帳單",
            "昨天晚上下了雪，天氣非常寒冷",
        ),
    ),
    "Korean": (
        "cp949",
        (
            "아이들은 비가 내리기 시작할 때까지 들판에서 놀았다",
            "이번 달 말까지 전기 요금을 납부해 주십시오",
            "어제 저녁에는 눈이 내렸고 매우 추웠다",
        ),
    ),
    "Thai": (
        "cp874",
        (
            "เด็กๆ เล่นอยู่ในทุ่งหญ้าจนกระทั่งฝนเริ่มตก",
            "กรุณาชำระค่าไฟฟ้าก่อนสิ้นเดือน",
            "เมื่อคืนนี้หิมะตกและอากาศหนาวมาก",
        ),
    ),
    "Lithuanian": (
        "cp1257 iso8859_13 cp775",
        (
            "Vaikai žaidė pievoje, kol prasidėjo lietus",
            "Prašome apmokėti sąskaitą už elektrą iki mėnesio pabaigos",
            "Vakar vakare snigo ir buvo labai šalta",
        ),
    ),
    "Romanian": (
        "cp1250 iso8859_2 cp852",
        (
            "Copiii s-au jucat pe pajişte până a început ploaia",
            "Vă rugăm să plătiţi factura la curent până la sfârşitul lunii",
            "Aseară a nins şi a fost foarte frig în oraş",
        ),
    ),
    "English": (
        "cp1252 mac_roman",
        (
            "“Don’t forget,” she said, “the train’s at nine – not ten.”",
            "The café’s menu lists naïve sketches, £5 each…",
        ),
    ),
}
