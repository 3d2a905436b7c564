"""Words that tell a person's name from other words written with capitals.

``GIVEN_NAMES`` are common given names of many countries, folded: one of them at the right place
makes a name likely; their absence says nothing. ``COMMON_WORDS`` are words of titles, headings
and menus, folded, that are hardly ever part of a name: "Climate Action" is nobody.
"""

from __future__ import annotations

from archive.names import fold
from ingest.plain_text import word_set

_GIVEN_NAMES = """
    aaron abdul abdullah abebe abel abena abigail abraham achim ada adam adama adan adaeze adebayo
    adel adele adnan adrian adriana adriano agata agnes agnieszka ahmad ahmed ahmet aicha aiko
    aisha aisling ajay akash akiko akin akira akua alain alan alba albert alberto aldo alejandra
    alejandro aleksandar aleksander aleksandr aleksandra aleksei alena alessandra alessandro
    alessia alex alexander alexandra alexandre alexei alexis alfonso alfred alfredo ali alice
    alicia alina aline alison alma alvaro amal amalia amanda amara amelia amelie amir amina amit
    amy ana anahit anais anand anastasia anders andre andrea andreas andrei andrej andres andrew
    andrey andrzej andy angela angelica angelo angus anika anil anita anja anjali ann anna annabel
    anne annette annika anouk anselm anthony antje antoine anton antonia antonio anu anusha anya
    apinya ariana ariel arjun armando arne arnold arthur artur arturo aruna arvind asha asif aslan
    astrid atsuko audrey august augustin aurelia axel ayako ayesha aylin ayse ayumi aziz barack
    barbara barry bart bartosz bastian beata beatrice beatriz belinda ben benedikt benjamin benoit
    bernadette bernard bernardo bernd bernhard bert bertrand bettina betty beverley bharat bianca
    bilal birgit birgitta bjorn bo bob bogdan boris branislav brenda brendan brian bridget brigitte
    bruce bruno bryan burak camila camille carina carl carla carlo carlos carmen carol carola
    carole carolina caroline carsten catarina catherine cecilia cecile cedric celeste celia celine
    cem cesar chandra chantal charles charlie charlotte cheng chiara chidi chinedu chinua chloe
    chris christa christel christian christiane christina christine christof christoph christophe
    christopher chunli cindy claire clara clarissa claude claudia claudio claus clemens clement
    colin connor conrad constantin constanze cora corinna corinne cornelia craig cristian cristina
    curt cy cynthia cyril daisuke damian damien dan dana daniel daniela daniele danielle danilo
    dario dariusz david davide dean debbie deborah deepa deepak delia delphine deniz denis denise
    dennis derek desmond devi di diana diane diego dieter dietrich dilip dimitri dina dinesh dirk
    dmitri dmitry dolores dominik dominique donald donna dora doris dorota dorothea dorothy douglas
    duncan dylan eamon ebba eberhard ebru edgar edith edmund eduard eduardo edward edwin efua
    eileen einar ekaterina elaine eleanor elena eleni eleonora elias elif elin elisa elisabeth
    elise eliza elizabeth ella ellen elke elmar eloise elsa emanuel emeka emil emilia emilie emilio
    emily emine emma emmanuel emre ennio enrico enrique eric erica erich erik erika erin ernest
    ernesto ernst esra esteban esther eszter ethan etienne eugene eugenia eunice eva evan evelyn
    ewa fabian fabienne fabio fabrice fadi fatima fatma fatou federica federico felicia felipe
    felix ferdinand ferenc fernanda fernando fiona flavia flavio florence florian folake francesca
    francesco francis francisco franco francois francoise frank frans franz fred frederic frederick
    frederik frida friedrich fritz fumiko gabor gabriel gabriela gabriele gabriella gaelle gary
    gavin geeta geoffrey georg george georges georgina gerald gerard gerd gerda gerhard gerrit gert
    ghada gianluca gianni gideon gilbert giles gilles gina giorgio giovanna giovanni gisela giulia
    giulio giuseppe gloria goran gordon graciela graham greg gregor gregory greta grzegorz
    guadalupe gudrun guido guillaume guillermo gunnar gunter gustav gustavo guy gwen hadiza hakan
    halima hamid hana hanan hannah hanna hannes hans harald hari harold harriet harry haruki haruto
    hasan hassan heather hector heidi heike heinrich heinz helen helena helene helga helmut hendrik
    henri henriette henrik henry herbert hermann hideo hilary hilda hiro hiroko hiroshi holger
    horst howard hubert hugh hugo hussein ian ibrahim ida ifeoma ignacio igor ilaria ilse iman
    imani imran ines ingo ingrid inga irena irene irina iris irma isaac isabel isabella isabelle
    ismail itzel ivan ivana ivo jack jackie jacob jacqueline jacques jaime jakob jakub jamal james
    jamie jamila jan jana jane janet janice janina janusz jaroslav jasmin jasmine jason javier jean
    jeanne jeff jeffrey jelena jennifer jenny jens jeremy jerome jerzy jesper jessica jesus jill
    jim jing jinghua jiri joachim joan joana joanna joanne joao jochen joe joel joerg johan johann
    johanna johannes john jon jonas jonathan jordi jorg jorge jose josef joseph josephine joshua
    josip joyce juan juana judith jules julia julian juliana julie julien julio julius junko jurgen
    justin justine justyna kaito kalpana kamal kamala karel karen karim karin karina karl karla
    karolina karsten kasia katarina katarzyna kate katerina katharina katherine kathleen kathrin
    kathryn kathy katia katja katrin katsumi kavita kazuo kazuko keiko keith kelly ken kenichi
    kenji kenneth kerstin kevin khadija khalid kim kirsten klara klaus knut kofi kojo konrad
    konstantin krishna kristian kristin kristina krzysztof kumar kurt kwame kyoko lakshmi lara lars
    laura laurence laurent lauren layla lea leah leif leila lena leo leon leonard leonardo leonie
    leopold leslie leticia lewis liam lidia lila liliana lilian lily lina linda linh linnea lionel
    lisa lise liv lorena lorenzo lothar lou louis louisa louise luc luca lucas lucia luciano lucie
    lucien lucy ludmila ludwig luigi luis luisa lukas luke lydia lynn maarten maciej madeleine
    magda magdalena magnus mahmoud maja makoto malgorzata malika malin mamadou manfred manoj manon
    manuel manuela mara marc marcel marcela marcella marcello marcia marcin marco marcos marcus
    marek margaret margareta margarita margit margot maria mariam mariana marianne marie mariko
    marina mario marion marisa marit marius mariusz marko mark markus marlene marta martha martin
    martina martine mary masako masato mateo mateusz mathias mathieu mathilde matilda matteo
    matthew matthias maud maureen mauricio maurice mauro max maxime maya megan mehmet mei melanie
    melissa mehdi mercedes meryem mia michael michaela michal michel michele michelle michiko
    miguel mihai mikael mike mikhail milan milena ming mina minh mira mirela miriam miroslav
    mitsuko mohamed mohammad mohammed mohan moira monica monika monique morgan moritz moses moussa
    muhammad mukesh murat mustafa myriam nabil nadia nadine nadja naledi nana nancy naoki naoko
    naomi nasser natalia natalie natasha nathalie nathan neha neil nelson ngozi nguyen nia nicholas
    nick nicola nicolas nicole nigel niklas nikita nikola nikolai nikolaus nikos nils nina niraj
    nisha noah noel noelle noemi nora norbert norma norman noor nuno nuria oksana olaf ole oleg
    olena olga oliver olivia olivier oluwaseun omar orlando oscar oskar osman otto owen pablo
    pamela paola paolo parisa pascal pascale patrice patricia patrick paul paula paulina pauline
    paulo pavel pawel pedro peggy penelope peter petr petra phil philip philipp philippe phoebe
    phuong pia pierre pieter pilar piotr prasit pradeep praveen preeti priya prosper rachel radek
    rafael rafal rahul raj raja rajesh rakesh ralf ralph ramesh ramon rana rania raphael rashid
    raul ravi raymond rebecca regina reiko reinhard reiner renata renate rene renee reza ricardo
    riccardo richard rie rieko rita robert roberta roberto robin rodrigo roger rohan roland rolf
    roman ron ronald rosa rosalind rosario rosemary roxana roy ruben rudolf rui rupert ruslan
    russell ruth ryan ryo ryoji sabine sabrina sachiko sadia saeed said sakura salma salvador
    salvatore sam samantha samir samira samuel sandeep sandra sandrine sanjay santiago sara sarah
    sari saskia satoshi scott sean sebastian sebastien selim selma serena serge sergei sergey
    sergio seth shabnam shanti sharon sheila shigeru shinji shirin shirley shreya sibel sibusiso
    sidney siegfried sigrid silke silvia simon simona simone siobhan sofia sofie solomon somchai
    sonia sonja sophia sophie soren stan stanislav stefan stefania stefanie stefano steffen stella
    stephan stephane stephanie stephen steve steven stewart stuart sudha suleiman sunil sunita
    suresh susan susana susanna susanne suzanne sven svetlana sylvia sylvie tadashi takashi takeshi
    tamar tamara tamas tania tanja tanya tara tariq tatiana tatjana taylor ted temitope teresa
    terence terry tetsuya thabo thandiwe thea theo theodor theodore theresa therese thi thierry
    thomas thorsten tiago tibor tim timo timothy tina tobias todd tom tomas tomasz tomoko toni tony
    tove tracy trevor tristan tuan ulf ulla ulrich ulrike umar umberto ursula usha uta uwe vaclav
    valentin valentina valeria valerie vanessa vera verena veronica veronika veronique vesna
    vicente victor victoria vijay viktor viktoria vincent vincenzo viola violeta virginia vivek
    vivian vladimir volker waleed walter wanda wangari wanjiru wei wendy werner wilfried wilhelm
    willem william winston wojciech wolfgang xavier xiao xiaoming yael yan yang yann yannick yara
    yasmin yasuko yi yin ying yoko yolanda yoshiko yoshio youssef yuan yuki yukiko yuko yulia yuri
    yusuf yves yvette yvonne zahra zainab zara zdenek zeynep zhen zoe zofia zoltan zsofia aoife
    niamh ines joana rui tiago goran zoran dragan petar jovan milos nikolay dimitar georgi elitsa
    ingeborg haakon sigurd tuomas jukka pekka aino sanna kaisa toomas liis janis ilze vytautas
    александр алексей анна андрей антон борис вера виктор владимир дмитрий евгений екатерина елена
    иван игорь ирина константин мария марина михаил наталья николай оксана олег ольга павел пётр
    роман светлана сергей татьяна юлия юрий георгий григорий людмила надежда γιώργος μαρία νίκος
    ελένη δημήτρης
"""
GIVEN_NAMES = frozenset(fold(_GIVEN_NAMES).split())

_COMMON_WORDS = """
    a about above abstract academic academy access accessibility accept achievements across action
    actions active activities activity adaptation additional address addresses admin advance
    advanced advances advancing advice advisory affairs affiliation after against age ageing agency
    agenda agents agriculture ahead ai air algorithm algorithms alive all alliance alumni america
    american among an analysis analytics ancient and animal animals annual another answer answers
    any app applications applied approach approaches apps arabic archive archives arctic are arms
    arrival art article articles artificial arts as asia asian ask aspects assessment association
    associations astronomy at atlantic atmosphere atomic atoms attendees audience audio authors
    autumn award awards away back background bacteria balance band banquet basic batteries battery
    be beautiful beauty become becoming bees before beginning behaviour behind being best better
    between beyond big bilateral bio biodiversity biography biology biomedical biotechnology birds
    blog blue blueprint board body book books borders both box brain brains brave break breakfast
    breaking breakout breaks breakthroughs bridge bridges bridging brief briefing bring bringing
    broadcast browse build building buildings bureau business but by cable calendar call can cancer
    capacity carbon care career careers case cases catalyst cell cells center central centre
    century ceremony certificate chair chairs challenge challenges change changes changing chapter
    check chemical chemistry child children china chinese choice circular cities citizen citizens
    city civil class classical clean click climate clinical clips close closing clothes cloud club
    coast coastal code coding coffee cognitive cold collaboration collaborations collection college
    colour colours coming comment comments commercial commission commitment committee committees
    common communicating communication communications communities community company comparative
    complete complex complexity computation computational computer computers computing concept
    concert conference conferences conflict congress connect connected connecting conservation
    consortium contact contents continuous contributions control convention cookies cooperation
    coral corals corporate cosmic cost could council countries country course courses covid craft
    creating creation creative creativity credits crises crisis critical crop crops cultural
    culture current cyber daily dark data date dates dawn day days decade decision deep deepening
    delegates democracy department desert design designing details detectors developing development
    devices dialogue different digital digitally dinner diplomacy directions directory disaster
    discipline discover discoveries discovery discussion discussions disease diseases diversity do
    documents does doing down download downloads drinking drive driven driving drone drones drug
    drugs dust dynamics each early earth earthquake earthquakes east eastern eco ecological ecology
    economic economics economies economy ecosystem ecosystems editorial education effect effects
    elections electric electricity electronic electronics elements email embedding emergency
    emerging empire empires enabling end energy engine engineering engines english enhancing
    environment environmental epidemic equality equity era ethical ethics europe european every
    everyday everyone everything evidence evolution evolving exact exchange exhibition exhibitions
    experience experiences experiment experiments expert experts exploration exploring express
    extreme eye eyes facebook facilities fact facts faculty failure fair faq far farewell farming
    farms fast fatigue feature featured february festival fibre fields fight film final finance
    financial financing find finding fire fires first fish fishing five floods floor flow flows
    fluid follow food foods for forecasting forest forests forgotten form forms forum forums
    forward foundation foundations four fourth fragile framework frameworks free freedom freshwater
    friday from frontier frontiers fuel fuels full fun function fund fundamental funding fungi
    fusion future futures galaxies galaxy gala gallery game games gap gaps gardens gender gene
    general generation generative genes genetic genetics genome genomes genomic genomics geography
    geology german getting giant give glacier glaciers glass global go goals going good governance
    government governments graphics gravitational gravity great green greener greetings grid grids
    ground group groups growing growth guests guide guided guidelines habitats hacking hands happy
    harbour hard hardware harvest has have healing health healthcare healthy hear heart heat heavy
    help her here heritage hidden high higher highlights his historical history holistic home
    honest horizon horizons host hosts hotel hour house housing how human humanities humanity
    humans hybrid hydrogen ice idea ideas identity if image images imaging immune impact impacts
    implementing improving in inclusion inclusive index indigenous industrial industries industry
    inequality info information infrastructure infrastructures initiative initiatives innovation
    innovations innovative insect insects inside insight insights inspiring instagram institute
    institutes institution institutional institutions instruments integrated integration integrity
    intelligence intelligent interaction interactions interactive interdisciplinary interface
    international internet interview interviews into intro introducing introduction introductory
    invention investing investment investments invisible invitation invited is island islands issue
    issues it its january job jobs join joint journal journey july just justice keeping key keynote
    keynotes knowledge lab laboratories laboratory lakes land landscape landscapes language
    languages large laser lasers last latest launch laureates law laws layers lead leaders
    leadership leading learn learned learning lecture lectures left legal lessons letter letters
    library life lifelong light like limits link linkedin links liquid list listen listening
    literacy literature little live lives living local location locations logic login long longer
    looking lost low lunch machine machines made magic main making management map mapping maps
    marine market markets matching material materials mathematical mathematics matter matters me
    meaning measure measurement measuring mechanics mechanisms media medical medicine medicines
    meet meeting meetings members memory men mental menu messages metal metals method methods
    metrics microbes microbial microscope migration mind minds mineral minerals mirror mirrors
    mission missions mobile mobility model modeling modelling models modern molecular molecules
    moment monday money monitoring moons more morning motion mountain mountains much multi
    multilateral museum museums mushrooms music must my myths nano national nations natural nature
    navigation near need needs networking networks neural neuroscience neutrino neutrinos never new
    news newsletter next night no nobel noise noisy north northern not notes nothing november now
    nuclear numbers nutrition ocean oceans october of off officers old on once one ones online only
    open opening opinion opportunities opportunity optics optimal or oral order orders organic
    organisers organising organization organizations organizers organizing origin origins other our
    out outlook outreach over overview own pacific page panel panelists pandemic pandemics paper
    papers paradigm parallel part participants participate participation particle particles partner
    partners partnership partnerships parts past path paths pathways patient patients patterns
    peace people performance permafrost personal perspective perspectives phase phases philosophy
    photo photos photonic photonics photos physical physics pilot place places plan planet
    planetary planets planning plans plant plants plasma plastic plastics play plenary podcast
    podcasts poetry polar policies policy political politics pollen pollution population post
    poster posters power powers practical practice practices precision prediction preparing present
    presentation presentations presented presenters presenting press prevention previous primary
    principles printing privacy private prize probability problem problems proceedings process
    processes processing produce production products profile program programme programmes
    programming programs progress project projects promise promoting proof property protecting
    protection protein proteins public publications publishing purpose python quality quantum
    question questions quick quiet quietly radio rain read ready real reality recent reception
    recommended record recorded recording recordings recovery recycling red reducing reefs regional
    register registration regulation reimagining related relations release remarks remote renewable
    renewables report reports rescue research researchers reservoirs resilience resilient resource
    resources response responses responsibility responsible results rethinking return review
    revolution rice rights rising risk risks river rivers road roads robot robotic robotics robots
    rocks role roles room roots round roundtable route routes rules rural safe safety salt same
    satellite satellites saturday saving scale scaling schedule school schools science sciences
    scientific scientist scientists screen sea seas search season seasons second secret secrets
    section secure security see seed seeds seeing seismic selected semiconductor semiconductors
    seminar seminars sensing sensors september series service services session sessions seven
    shadows shaping share sharing shift ship short should show sign signals silence silent simple
    simulation site six size skills skin sky sleep slides slow small smart smell social societal
    societies society software soil soils solar solid solidarity solution solutions solving some
    something songs sound sounds source south southern space spatial speak speaker speakers
    speaking special species spectroscopy speech speeches speed spin sponsors sport spotlight
    spring stage standard standards star stars start startup state statement states statistics
    status steel stem step steps still stones storage stories storm storms story strange strategic
    strategies strategy streaming streams street strengthening structural structure structures
    student students studies study subject submission subscribe success such summary summit sunday
    sunlight super supply support supporting surface surfaces survey sustainability sustainable
    swarms symposium synthesis synthetic system systemic systems table take taking tales talk talks
    teaching team teams tech technical technologies technology teeth telescope telescopes tell
    telling ten test testing text than that the their them theme themes then theoretical theories
    theory therapies therapy there these they thin thing things think thinking third this those
    three through thursday tides time times tiny title to today together tomorrow too tools top
    topic topics tour toward towards tracing track tracks trade traditional training transcript
    transdisciplinary transfer transform transformation transforming transition transitions
    translation transparency transport trash travel treatment tree trees trends trial trials
    tropical trust truth tuesday tutorial tutorials twitter two uncertainty under understanding
    underwater universe universities university unlocking until up update updates upcoming urban us
    use useful users using vaccine vaccines value values vehicles venue very via video videos view
    views violence virtual virus viruses visible vision visions visit visual voice voices volcanic
    volcano volcanoes volunteers vote vs walls want war warming waste watch watching water wave
    waves way ways we wealth weather web webinar website wednesday weeds welcome welfare well
    wellbeing western wetlands whales what when where which while whisper white who whole why wild
    wildlife will wind window windows winds winners wireless wisdom with within without women
    wonder word words work workers workflow working works workshop workshops world worlds worms
    would writing year years yes yesterday you young your youth youtube zero der die das und für
    mit von im zur zum aus über wie warum eine einer eines einen ein neue neuen zukunft forschung
    wissenschaft wissenschaften gesellschaft technik welt energie klima klimawandel gesundheit
    begrüßung eröffnung pause mittagspause mittagessen anmeldung programm vortrag vorträge
    diskussion podiumsdiskussion abschluss kaffeepause einführung thema themen referent referenten
    redner anfahrt kontakt impressum datenschutz startseite aktuelles veranstaltung grußwort les
    des une pour avec dans sur et ou que qui avenir recherche santé climat énergie monde ouverture
    clôture accueil déjeuner inscription programme conférence discours intervention nos los las una
    un para con por sobre en como futuro investigación ciencia ciencias salud clima energía mundo
    apertura clausura bienvenida almuerzo inscripción programa conferencia ponencia os as um uma
    com na nos nas em pesquisa saúde abertura encerramento boas vindas inscrição palestra
    programação il lo gli uno per nel nella ricerca scienza salute chiusura pranzo iscrizione
    programma relazione intervento ve için ile bilim gelecek açılış kapanış kayıt sunum и в на для
    о об с по из как наука будущее открытие закрытие регистрация обед перерыв программа доклад
    дискуссия новости
"""
COMMON_WORDS = frozenset(fold(_COMMON_WORDS).split())

# Surnames of one Han character that most Chinese people bear, and those of two.
HAN_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴"
    "莫孔向汤張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭蔣葉蘇呂盧鐘譚陸賈韋鄒龍顧龔錢嚴湯温常康施牛洪柳"
)
HAN_DOUBLE_SURNAMES = word_set("欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 皇甫 尉迟 公孙 慕容 令狐")
HANGUL_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공"
)
