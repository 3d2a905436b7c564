"""Labels, kinds of talks, breaks, captions and headings of programmes, in many languages.

Patterns are matched against folded text (``archive.names.fold``).
"""

from __future__ import annotations

import re

from archive.names import fold


def folded_pattern(source: str) -> re.Pattern[str]:
    """A pattern for folded text, whose letters are folded in the same way."""
    return re.compile(fold(source))


# The label in front of a value, and what the value is: phrases in many languages, parted by bars.
_LABELS = {
    "speaker": (
        "speaker|speakers|keynote speaker|keynote speakers|invited speaker|presenter|"
        "presenters|presented by|speaker name|lecturer|talk by|given by|by|name|"
        "speaker and affiliation|speaker/affiliation|name of speaker|author|authors|"
        "presenting author|referent|referentin|referenten|referent/in|redner|rednerin|"
        "redner/in|sprecher|sprecherin|vortragender|vortragende|vortrag von|es spricht|orateur|"
        "oratrice|orateurs|intervenant|intervenante|intervenants|intervenant(e)|conferencier|"
        "conferenciere|ponente|ponentes|orador|oradora|conferenciante|expositor|expositora|"
        "expositores|conferencista|palestrante|palestrantes|orador(a)|relatore|relatrice|"
        "relatori|docente|докладчик|докладчики|докладчица|спикер|спикеры|лектор|выступающий|"
        "выступает|konusmaci|konusmacilar|konusmacı|sunan|konusan|报告人|主讲人|演讲人|演讲者|"
        "演讲嘉宾|主讲嘉宾|讲者|嘉宾|主讲|報告人|主講人|演講人|講者|姓名|講演者|講師|発表者|"
        "登壇者|スピーカー|演者|氏名|연사|발표자|강연자|강사|วิทยากร|ผู้บรรยาย|ผู้พูด|spreker|"
        "sprekers|foredragsholder|talare|prelegent"
    ),
    "title": (
        "title|talk|talk title|lecture title|title of talk|title of the talk|"
        "presentation title|presentation|topic|subject|theme|title of lecture|lecture|titel|"
        "thema|vortragstitel|vortrag|titre|sujet|titre de la conference|intervention|titulo|"
        "tema|titulo de la ponencia|ponencia|charla|titulo da palestra|palestra|titolo|"
        "argomento|intervento|тема|тема доклада|название|доклад|название доклада|baslik|konu|"
        "sunum|sunum basligi|konusma basligi|题目|报告题目|演讲题目|主题|演讲主题|报告主题|"
        "題目|報告題目|演題|タイトル|講演題目|講演タイトル|テーマ|題名|제목|주제|강연제목|"
        "발표제목|หัวข้อ|หัวข้อบรรยาย|เรื่อง|onderwerp|titel van de lezing"
    ),
    "affiliation": (
        "affiliation|institution|organisation|organization|institute|university|affiliations|"
        "company|employer|institut|universitat|einrichtung|zugehorigkeit|etablissement|"
        "institucion|institucion/organizacion|afiliacion|organizacion|universidad|instituicao|"
        "afiliacao|organizacao|istituzione|affiliazione|ente|организация|место работы|"
        "университет|институт|учреждение|kurum|universite|kurumu|单位|所在单位|机构|工作单位|"
        "单位名称|單位|機構|所属|所属機関|소속|기관|สังกัด|หน่วยงาน|สถาบัน|instelling"
    ),
    "role": (
        "role|position|function|job title|designation|post|funktion|stelle|fonction|poste|"
        "cargo|puesto|funcao|ruolo|carica|posizione|должность|unvan|gorev|gorevi|职务|职称|"
        "职位|職務|職稱|役職|肩書|직위|직책|ตำแหน่ง|functie"
    ),
    "country": (
        "country|nation|land|pays|pais|paese|страна|ulke|国家|國家|国|国籍|国名|국가|ประเทศ"
    ),
    "moderator": (
        "moderator|moderators|moderated by|chair|chairs|session chair|session chairs|"
        "chaired by|facilitator|facilitators|facilitated by|co-chairs|host|hosted by|"
        "moderation|moderatorin|leitung|vorsitz|sitzungsleitung|moderateur|moderatrice|"
        "president de seance|presidente de seance|moderador|moderadora|moderatore|presiede|"
        "ведущий|ведущая|модератор|председатель|oturum baskani|moderatör|主持人|主持|会议主持|"
        "司会|座長|사회|좌장|ผู้ดำเนินรายการ"
    ),
    "abstract": (
        "abstract|summary|description|about the talk|about this talk|zusammenfassung|"
        "kurzfassung|resume|resumen|resumo|riassunto|sommario|аннотация|ozet|摘要|报告摘要|"
        "内容简介|概要|要旨|講演概要|초록|บทคัดย่อ"
    ),
    "video": (
        "video|recording|videos|link|clip|media|watch|aufzeichnung|mitschnitt|enregistrement|"
        "grabacion|gravacao|registrazione|видео|запись|kayit|视频|录像|回放|視頻|動画|録画|"
        "영상|วิดีโอ|video link|stream|playback"
    ),
    "time": (
        "time|date|when|zeit|uhrzeit|datum|heure|horaire|hora|horario|date et heure|fecha|data|"
        "ora|orario|время|дата|saat|tarih|时间|日期|時間|日時|시간|일시|เวลา|วันที่|duration|"
        "dauer|tijd"
    ),
    "number": (
        "no|nr|#|number|n°|nº|num|nummer|numero|№|序号|编号|番号|번호|ลำดับ|sira|sira no|№ п/п"
    ),
    "place": (
        "place|venue|location|where|room|ort|veranstaltungsort|raum|lieu|salle|lugar|sala|"
        "local|luogo|sede|место|место проведения|зал|yer|salon|地点|會場|会场|会場|場所|장소|"
        "สถานที่"
    ),
    "organizers": (
        "organizer|organizers|organiser|organisers|organized by|organised by|host organization|"
        "veranstalter|organisateur|organisateurs|organizador|organizadores|organiza|organizam|"
        "organizzatore|organizzatori|организатор|организаторы|duzenleyen|主办单位|主办方|主办|"
        "主辦單位|主催|주최|ผู้จัด|co-organizers|co-hosts"
    ),
    "page": (
        "contact|contacts|contact person|press contact|media contact|further information|"
        "enquiries|present|attendees|in attendance|apologies|signed|committee|members|"
        "previous|next|prev|e-mail|email|tel|phone|fax|webmaster|editor|photo|photos|image|text|"
        "kontakt|ansprechpartner|ansprechpartnerin|redaktion|foto|contacto|contato|contatto|"
        "контакты|контакт|联系人|责任编辑|编辑|联系电话|電話|お問い合わせ|問い合わせ先|문의|ติดต่อ"
    ),
    "biography": (
        "biography|bio|about the speaker|short bio|kurzbiographie|lebenslauf|biographie|"
        "biografia|биография|ozgecmis|个人简介|报告人简介|简介|略歴|약력|ประวัติ"
    ),
}
LABELS = {
    fold(phrase): field
    for field, phrases in reversed(_LABELS.items())
    for phrase in phrases.split("|")
}

# Kinds of talks, as a label in front of one; they stand in for a title where there is none.
TALK_KIND = folded_pattern(
    r"(?:(?:opening|closing|invited|public|plenary|special|evening|distinguished|honorary"
    r"|memorial|welcome|introductory)\s+)*"
    r"(?:keynotes?|lectures?|talks?|address|speech|presentation|remarks|plenary|contribution"
    r"|welcome"
    r"|webinar|seminar|episode|vortrag|hauptvortrag|festvortrag|grusswort|begrussung"
    r"|conference|conference pleniere"
    r"|discours|exposé|ponencia|conferencia(?: magistral)?|charla"
    r"|palestra|relazione|intervento|доклад|лекция|konusma|sunum|主旨报告|主题报告|特邀报告"
    r"|大会报告|报告|主旨演讲"
    r"|主题演讲|演讲|基調講演|招待講演|特別講演|講演|기조강연|강연|การบรรยาย)"
    r"(?:\s+(?:address|speech|lecture|talk|presentation|remarks|speaker|conference))?"
)

# Parts of a programme in which nobody speaks, and headings over other things than talks.
BREAKS = folded_pattern(
    r"(?:morning |afternoon |mid-morning |short |networking |health |tea |lunch |coffee "
    r")*(?:coffee|tea|lunch|dinner|breakfast|break|registration|check-in|networking|reception"
    r"|banquet|"
    r"refreshments|group photo|photo session|poster session|posters|excursion|social event"
    r"|doors open|arrival|departure|adjourn|adjournment|end of (?:day|session|conference"
    r"|programme|program)|"
    r"q ?& ?a|questions and answers|questions|discussion|general discussion|closing|opening"
    r"|welcome|wrap-up|free time|intermission|tba|tbd|tbc|to be announced|to be confirmed|"
    r"cocktails?|drinks|concert|gala dinner|conference dinner|opening ceremony|closing ceremony"
    r"|award ceremony|opening session|closing session|panel discussion|"
    r"kaffeepause|pause|mittagspause|mittagessen|mittag|abendessen|anmeldung|registrierung"
    r"|empfang|ende|diskussion|eroffnung|fragen|"
    r"pause[- ]cafe|pause dejeuner|dejeuner|diner|inscription|accueil|cloture|ouverture|"
    r"pausa|pausa para cafe|pausa cafe|descanso|cafe|almuerzo|comida|cena|inscripcion|registro"
    r"|clausura|apertura|"
    r"almoco|coffee-break|intervalo|inscricao|credenciamento|encerramento|abertura|pranzo"
    r"|registrazione|chiusura|iscrizione|"
    r"кофе-брейк|кофе|обед|перерыв|регистрация|регистрация участников|ужин|открытие|закрытие"
    r"|фуршет|дискуссия|"
    r"kahve arasi|ara|ogle yemegi|ogle arasi|kayit|acilis|kapanis|"
    r"茶歇|午餐|晚餐|晚宴|注册|签到|合影|午休|休息|开幕式|闭幕式|讨论|自由讨论|休憩|昼食|受付"
    r"|懇親会|開会|閉会|開会式|閉会式|휴식|점심|등록|개회식|폐회식|"
    r"พักรับประทานอาหารว่าง|พักกลางวัน|พักเที่ยง|ลงทะเบียน|พิธีเปิด|พิธีปิด)"
    r"(?: (?:break|&|and|/|time|desk|opens?|session|for|with|all|participants|coffee|tea|lunch"
    r"|dinner|reception|refreshments|posters|photo|networking|welcome|mit|und|et|y|e|ve|cafe"
    r"|kaffee|registration|discussion|ceremony|remarks))*"
)
ASIDES = folded_pattern(
    r"(?:related|similar|other|more|latest|recent|popular|recommended|trending|further|upcoming"
    r"|past|previous|next|most read|read)\s+(?:\w+\s+)?(?:news|articles?|posts?|stories|reading"
    r"|events?|videos?|links?|content|pages|conferences?|talks|topics|information)"
    r"|you (?:may|might) (?:also )?like|see also|read more|in other news|most (?:read|viewed"
    r"|popular)|leave a (?:reply|comment)|(?:\d+ )?comments?|join the conversation|share this.*"
    r"|follow us|"
    r"subscribe(?: to .*)?|newsletter|contact(?: us)?|about us|quick links|partners?|sponsors?"
    r"|our (?:partners|sponsors)|newsroom|upcoming|testimonials|supported by|site map"
    r"|privacy(?: policy)?|cookies?|tags|categories|archives?|"
    r"(?:das konnte sie auch interessieren|ahnliche (?:beitrage|artikel)|weitere (?:meldungen"
    r"|nachrichten|artikel|veranstaltungen|themen|videos)|verwandte (?:artikel|themen)"
    r"|kommentare?|kontakt|impressum|partner|sponsoren)|"
    r"(?:articles? (?:similaires|lies|recents)|a lire aussi|voir aussi|sur le meme sujet"
    r"|actualites(?: liees)?|commentaires?|partenaires|nos partenaires)|"
    r"(?:noticias? (?:relacionad[ao]s|recientes|recentes)|articulos? relacionados?|artigos? "
    r"relacionados?|te puede interesar|leia (?:tambem|mais)|veja tambem|comentarios?"
    r"|patrocinadores|contacto|contato|parceiros)|"
    r"(?:notizie correlate|articoli (?:correlati|recenti)|leggi anche|commenti)|(?:похожие "
    r"(?:новости|статьи|материалы)|другие новости|читаите также|читайте также|комментарии"
    r"|контакты|партнеры)|"
    r"(?:ilgili haberler|diger haberler|benzer haberler|yorumlar|iletisim)|"
    r"相关新闻|相关阅读|相关链接|相关文章|推荐阅读|延伸阅读|热门新闻|最新新闻|更多新闻|上一篇.*"
    r"|下一篇.*|评论|网友评论|友情链接|联系我们|相關新聞|関連記事"
    r"|関連リンク|お問い合わせ|コメント|관련 ?기사|관련 ?뉴스|댓글|ข่าวที่เกี่ยวข้อง|ความคิดเห็น"
)
# Texts of links and buttons beside a clip; they are about the clip, not about the talk.
CAPTION = folded_pattern(
    r"(?:please )?(?:click (?:here )?(?:to )?)?(?:(?:watch|view|see|play|open|download"
    r"|listen(?: to)?|replay|go to|get|read|show|full|hd|mp4|webm|audio|mp3|pdf|ppt|pptx|flv"
    r"|recorded|the|a|this|his|her|their|presentation|lecture|talk|keynote|speech|on youtube"
    r"|on vimeo|on bilibili|youtube|vimeo|bilibili|online|here|now|more|as|in)[\s:/-]*)*"
    r"(?:video ?clip|videos?|recording|replay|clip|stream|slides?|abstract|mp4|webm|audio|mp3"
    r"|podcast|pdf|ppt|pptx|youtube|vimeo|bilibili|here|now|more|play|download|watch|listen"
    r"|transcript|poster|handout|details?|biography|bio|profile)(?: (?:here|now|of (?:the"
    r"|this) (?:talk|lecture|speech|keynote)|recording|clip|file|version|online|mp4|mp3|hd"
    r"|on youtube|on vimeo|download|player|\d+))*"
    r"|(?:watch|view|play|replay|listen to|see) (?:(?:the|this|full|his|her|whole) )*"
    r"(?:talk|lecture|keynote|presentation|speech|session|address)"
    r"|(?:not|no|without) (?:yet )?(?:record(?:ed|ing)|video|available)(?: (?:available|yet))?"
    r"|(?:zum |zur |das |die )?(?:video|aufzeichnung|mitschnitt|folien)(?: (?:ansehen|anschauen"
    r"|abspielen|herunterladen))?|(?:voir|regarder|visionner|ecouter)(?: (?:la|le|l'))? "
    r"?(?:video|enregistrement)?|enregistrement|diapositives"
    r"|(?:ver|assistir|assista)(?: (?:el|ao|o))? ?video|ver grabacion|grabacion|gravacao"
    r"|guarda il video|(?:смотреть|посмотреть|скачать) ?(?:видео|запись)?|видео|videoyu izle"
    r"|izle"
    r"|(?:点击)?(?:观看|播放|查看|下载)(?:视频|录像|回放|报告|演讲)*|视频|录像|回放|视频回放"
    r"|(?:se|bekijk|kijk|katso|zobacz|obejrzyj)(?: (?:de|het))? ?"
    r"(?:filmen|videon?|videoen|inspelningen|opptaket|tallenne|nagranie|film|wideo)"
    r"|nagranie|wideo|film|obejrzyj|zaznam|felvetel|opname|optagelse|inspelning|opptak|tallenne"
    r"|inregistrare|запис|видеозапись|视频回放|視聴|보기"
    r"|(?:動画|録画|ビデオ)(?:を(?:見る|再生))?|영상 "
    r"보기|ดูวิดีโอ|[▶►⏵🎥🎬📹▷\s]+"
)
# Headings of parts of a programme or a page, which are no titles of talks.
SECTION = folded_pattern(
    r"(?:(?:our|the|all|invited|keynote|plenary|confirmed|featured|about|scientific"
    r"|organi[sz]ing|local|programme|program|conference|steering|technical|meet|international"
    r"|advisory|executive|full|detailed|draft|preliminary|final|event|workshop|list|of|and|&) "
    r")*"
    r"(?:committees?|boards?|team|jury|speakers?|participants|panell?ists|organi[sz]ers?|staff"
    r"|chairs?|members|biograph(?:y|ies)|bios?|contacts?|delegates|guests|presenters|lecturers"
    r"|programmes?|programs?|agenda|schedule|timetable|keynotes?|keynote (?:talks|lectures"
    r"|speeches)|talks|lectures|presentations|abstracts?|venue|photos?|gallery|downloads?"
    r"|videos?|films?|recordings|overview|introduction|background|highlights|summary|contents)"
    r"|(?:day|session|block|part|track|section|module|tag|sitzung|sektion|jour(?:nee)?|seance"
    r"|session|dia|sesion|sessao|sessione|giorno|день|секция|сессия|oturum|gun)\s*(?:\d+|[ivx]+"
    r"|one|two|three|four|a|b|c|d|eins|zwei)\b.{0,60}"
    r"|(?:opening|closing|plenary|morning|afternoon|evening|keynote|poster|parallel) (?:session"
    r"|plenary)s?(?: \w{1,3})?|(?:panel|round ?table)(?: discussion)?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.{0,40}|(?:montag|dienstag|mittwoch"
    r"|donnerstag|freitag|samstag|sonntag)\b.{0,40}|(?:lundi|mardi|mercredi|jeudi"
    r"|vendredi)\b.{0,40}"
    r"|redner(?:innen)?|referent(?:en|innen)|die vortrage|vortrage|programm|tagesordnung|ablauf"
    r"|intervenants|orateurs|programa|ponentes|ponencias|palestrantes|palestras|relatori"
    r"|relazioni|докладчики|спикеры|программа|доклады|konusmacilar|program"
    r"|(?:大会|会议|论坛)?(?:日程|议程|议题|报告|嘉宾|演讲嘉宾|主讲嘉宾|报告嘉宾|特邀嘉宾|专家"
    r"|组委会|主题报告|大会报告|特邀报告|主旨演讲|主旨报告)(?:安排"
    r"|介绍)?|プログラム|登壇者|講演者|講師|スケジュール|프로그램|연사|일정|กำหนดการ|วิทยากร"
    r"|第[一二三四五六七八九十\d]+(?:部分|单元|天|阶段|会场|场|部|セッション).{0,20}|(?:上午"
    r"|下午|晚上|午前|午後).{0,10}"
)
