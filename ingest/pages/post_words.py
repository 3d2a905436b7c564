"""The vocabulary of posts: offices, institutions, and the words that stand beside them.

All words are folded (``archive.names.fold``), so that case and accents do not matter.
"""

from __future__ import annotations

import re

from archive.names import fold

ROLE_HEADS = frozenset(
    fold("""
    president vice-president professor lecturer reader director rector vice-rector provost dean
    chancellor vice-chancellor chair chairman chairwoman chairperson co-chair ceo cto cso cfo
    coo cio vp svp evp head officer founder co-founder cofounder minister secretary ambassador
    commissioner governor mayor senator member fellow scientist researcher engineer investigator
    leader lead manager partner principal scholar student candidate postdoc advisor adviser
    consultant specialist analyst architect editor author writer journalist coordinator
    co-ordinator administrator representative economist historian philosopher physicist chemist
    biologist mathematician astronomer geologist ecologist sociologist psychologist physician
    surgeon nurse teacher composer musician conductor singer dancer actor actress poet painter
    potter sculptor photographer illustrator filmmaker producer presenter broadcaster reporter
    correspondent translator interpreter conservator archivist keeper beekeeper gardener farmer
    breeder grower forester ranger
    warden pilot captain lawyer attorney judge banker planner
    programmer inventor organiser organizer activist campaigner undersecretary artist
    designer developer entrepreneur laureate academician treasurer emeritus emerita
    curator librarian technologist strategist presidente presidenta presidentin
    prasident vizeprasident vizeprasidentin vicepresidente vicepresidenta vice-presidente
    vice-president-e president-e presidente-directeur rektor rektorin prorektor prorektorin
    dekan dekanin direktor direktorin leiter leiterin professorin geschaftsfuhrer
    geschaftsfuhrerin vorsitzender vorsitzende vorstand minister ministerin staatssekretar
    mitglied wissenschaftler wissenschaftlerin forscher forscherin presidente vice-presidente
    directeur directrice recteur rectrice professeur professeure doyen doyenne chercheur
    chercheuse ministre chef responsable secretaire fondateur fondatrice director directora
    rector rectora vicerrector vicerrectora decano decana profesor profesora catedratico
    catedratica investigador investigadora ministro ministra secretario secretaria jefe jefa
    fundador fundadora diretor diretora reitor reitora professor professora pesquisador
    pesquisadora chefe direttore direttrice rettore rettrice professore professoressa
    ricercatore ricercatrice preside baskan baskani rektoru rektor profesor profesoru muduru
    mudur uyesi dekani президент вице-президент директор ректор профессор академик руководитель
    заведующий заведующая начальник сотрудник министр председатель декан
    """).split()
)
# Words that stand before or behind the head of an office and belong to it.
ROLE_MODIFIERS = frozenset(
    fold("""
    acting executive vice deputy senior junior assistant associate adjunct full visiting
    honorary former past first second general managing chief principal founding emeritus emerita
    elect distinguished chair co and & interim permanent scientific technical regional national
    global adjoint adjointe general generale ejecutivo ejecutiva adjunto adjunta executivo
    executiva titular honoraire delegue associe associee emerito emerita generale generalni
    ordinario executive operating research innovation technology technik wissenschaftlicher
    wissenschaftliche geschaftsfuhrender geschaftsfuhrende stellvertretender stellvertretende
    principal investigator postdoctoral doctoral phd staff lead group team project program
    programme vitse генеральный исполнительный главный первый старший ведущий научный
    """).split()
)
# Whoever holds one of these holds it of an institution: "President of X" names X.
OWNERS = frozenset(
    fold("""
    president vice-president ceo cto founder co-founder cofounder rector vice-rector chancellor
    vice-chancellor provost chairman chairwoman general presidente presidenta presidentin prasident
    vizeprasident vicepresidente vice-presidente rektor rektorin recteur rectrice rectora reitor
    reitora rettore rettrice geschaftsfuhrer geschaftsfuhrerin президент вице-президент ректор
    """).split()
)
# Subjects, which "Head of" and "Professor of" have instead of an institution.
FIELDS = frozenset(
    fold("""
    research science sciences engineering medicine physics chemistry biology mathematics
    education innovation communications communication operations marketing strategy technology
    development state health foreign affairs economy economics finance climate energy data
    design product policy history law philosophy astronomy geology ecology sociology psychology
    computer surgery nursing forschung wissenschaft physik chemie biologie medizin bildung
    recherche investigacion ciencia ciencias pesquisa fisica quimica ricerca
    """).split()
)

_INSTITUTION = """
    academy academies agency alliance association authority bank board bureau center centre
    centers centres clinic club college commission committee company consortium corporation
    council department division faculty federation forum foundation fund government group
    hospital initiative institute institutes institution institutions laboratories laboratory
    lab labs library ministry mission museum network observatory office organisation
    organization parliament polytechnic programme school secretariat service society station
    trust union universities university univ dept inst acad technologies systems inc ltd llc
    corp gmbh ag plc aps oy oyj bv nv spa srl sarl pty
    universitat universitaten hochschule fachhochschule akademie institut
    institute stiftung gesellschaft verband landesamt amt ministerium zentrum verein
    forschungszentrum klinikum amt behorde museum bundesamt museo museu musee museet muzeum
    muzej soprintendenza bibliothek biblioteca bibliotheque conservatoire universitas universiti
    universite academie ecole fondation centre ministere
    hopital societe conseil laboratoire universidad universidade universita universitat academia
    accademia instituto istituto fundacion fundacao fondazione centro ministerio ministero
    hospital ospedale escuela escola scuola sociedad sociedade societa consejo conselho
    consiglio agencia agenzia laboratorio observatorio facultad faculdade facolta politecnico
    politecnica consorcio universitesi universite enstitusu enstitu akademisi vakfi merkezi
    kurumu bakanligi dernegi университет университета институт института академия академии наук
    центр центра фонд фонда министерство министерства общество общества лаборатория лаборатории
    universiteit instituut stichting universitet universitetet universiteti uniwersytet
    univerzita instytut akademia ustav egyetem yliopisto hogskola hogskolan
    """
INSTITUTIONS = frozenset(fold(_INSTITUTION).split())
# Compounds such as Forschungsgemeinschaft, and institutions that are written without blanks.
INSTITUTION_ENDING = re.compile(
    r"(?:universitat|hochschule|akademie|institut|stiftung|gesellschaft|gemeinschaft|zentrum"
    r"|ministerium|klinikum|werke|universiteit)$"
)
HAN_INSTITUTION = re.compile(
    r"(?:大学|大學|学院|學院|科学院|科學院|研究院|研究所|研究中心|中心|实验室|實驗室|研究室"
    r"|学会|學會|协会|協會"
    r"|委员会|委員會|基金会|基金會|公司|集团|集團|医院|醫院|部|局|署|厅|联盟|聯盟|组织|組織"
    r"|機構|机构|財団|会社|대학교|대학|연구원|연구소|학회|학원|재단)$"
)
HAN_ROLE = re.compile(
    r"(?:常务|执行|名誉|首席|代理|副|前|原|主任|上席|上級|特任|専任|客員)*(?:院长|院長|校长|校長|所长|所長|主任|教授|副教授"
    r"|准教授|特聘教授|研究员|研究員|副研究员"
    r"|主席|会长|會長|会長|理事长|理事長|秘书长|秘書長|局长|局長|司长|部长|部長|总裁|總裁"
    r"|董事长|总经理|科学家|院士|室主任|学長|总长|総長|社長"
    r"|室長|代表取締役|代表|理事|助教|講師|讲师|总工程师|工程师|총장|교수|원장|소장|이사장|회장|박사|연구원)$"
)
