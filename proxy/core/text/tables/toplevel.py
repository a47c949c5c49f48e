"""
The top-level domains of the internet, in Unicode: what makes `example.de` a host and `z.B` none.

Taken from the Public Suffix List of 7 April 2025 (see NOTICE), only the last label of each entry of its ICANN part. A
newer domain is found behind `https://` or `www.` only. Other scripts are written in punycode.
"""

from __future__ import annotations

__all__ = ["RESERVED", "TOP_LEVEL_DOMAINS"]

RESERVED = frozenset({"example", "invalid", "localhost", "test"})
"""Endings that no network has and people in examples do (RFC 2606)."""
_LATIN = """
aaa aarp abb abbott abbvie abc able abogado abudhabi ac academy accenture accountant accountants aco actor ad ads
adult ae aeg aero aetna af afl africa ag agakhan agency ai aig airbus airforce airtel akdn al alibaba alipay
allfinanz allstate ally alsace alstom am amazon americanexpress americanfamily amex amfam amica amsterdam analytics
android anquan anz ao aol apartments app apple aq aquarelle ar arab aramco archi army arpa art arte as asda asia
associates at athleta attorney au auction audi audible audio auspost author auto autos aw aws ax axa az azure ba
baby baidu banamex band bank bar barcelona barclaycard barclays barefoot bargains baseball basketball bauhaus bayern
bb bbc bbt bbva bcg bcn bd be beats beauty beer bentley berlin best bestbuy bet bf bg bh bharti bi bible bid bike
bing bingo bio biz bj black blackfriday blockbuster blog bloomberg blue bm bms bmw bn bnpparibas bo boats boehringer
bofa bom bond boo book booking bosch bostik boston bot boutique box br bradesco bridgestone broadway broker brother
brussels bs bt build builders business buy buzz bv bw by bz bzh ca cab cafe cal call calvinklein cam camera camp
canon capetown capital capitalone car caravan cards care career careers cars casa case cash casino cat catering
catholic cba cbn cbre cc cd center ceo cern cf cfa cfd cg ch chanel channel charity chase chat cheap chintai
christmas chrome church ci cipriani circle cisco citadel citi citic city ck cl claims cleaning click clinic clinique
clothing cloud club clubmed cm cn co coach codes coffee college cologne com commbank community company compare
computer comsec condos construction consulting contact contractors cooking cool coop corsica country coupon coupons
courses cpa cr credit creditcard creditunion cricket crown crs cruise cruises cu cuisinella cv cw cx cy cymru cyou
cz dad dance data date dating datsun day dclk dds de deal dealer deals degree delivery dell deloitte delta democrat
dental dentist desi design dev dhl diamonds diet digital direct directory discount discover dish diy dj dk dm dnp do
docs doctor dog domains dot download drive dtv dubai dunlop dupont durban dvag dvr dz earth eat ec eco edeka edu
education ee eg email emerck energy engineer engineering enterprises epson equipment er ericsson erni es esq estate
et eu eurovision eus events exchange expert exposed express extraspace fage fail fairwinds faith family fan fans
farm farmers fashion fast fedex feedback ferrari ferrero fi fidelity fido film final finance financial fire
firestone firmdale fish fishing fit fitness fj fk flickr flights flir florist flowers fly fm fo foo food football
ford forex forsale forum foundation fox fr free fresenius frl frogans frontier ftr fujitsu fun fund furniture futbol
fyi ga gal gallery gallo gallup game games gap garden gay gb gbiz gd gdn ge gea gent genting george gf gg ggee gh gi
gift gifts gives giving gl glass gle global globo gm gmail gmbh gmo gmx gn godaddy gold goldpoint golf goo goodyear
goog google gop got gov gp gq gr grainger graphics gratis green gripe grocery group gs gt gu gucci guge guide
guitars guru gw gy hair hamburg hangout haus hbo hdfc hdfcbank health healthcare help helsinki here hermes hiphop
hisamitsu hitachi hiv hk hkt hm hn hockey holdings holiday homedepot homegoods homes homesense honda horse hospital
host hosting hot hotels hotmail house how hr hsbc ht hu hughes hyatt hyundai ibm icbc ice icu id ie ieee ifm ikano
il im imamat imdb immo immobilien in inc industries infiniti info ing ink institute insurance insure int
international intuit investments io ipiranga iq ir irish is ismaili ist istanbul it itau itv jaguar java jcb je jeep
jetzt jewelry jio jll jm jmp jnj jo jobs joburg jot joy jp jpmorgan jprs juegos juniper kaufen kddi ke kerryhotels
kerryproperties kfh kg kh ki kia kids kim kindle kitchen kiwi km kn koeln komatsu kosher kp kpmg kpn kr krd kred
kuokgroup kw ky kyoto kz la lacaixa lamborghini lamer lancaster land landrover lanxess lasalle lat latino latrobe
law lawyer lb lc lds lease leclerc lefrak legal lego lexus lgbt li lidl life lifeinsurance lifestyle lighting like
lilly limited limo lincoln link live living lk llc llp loan loans locker locus lol london lotte lotto love lpl
lplfinancial lr ls lt ltd ltda lu lundbeck luxe luxury lv ly ma madrid maif maison makeup man management mango map
market marketing markets marriott marshalls mattel mba mc mckinsey md me med media meet melbourne meme memorial men
menu merck merckmsd mg mh miami microsoft mil mini mint mit mitsubishi mk ml mlb mls mm mma mn mo mobi mobile moda
moe moi mom monash money monster mormon mortgage moscow moto motorcycles mov movie mp mq mr ms msd mt mtn mtr mu
museum music mv mw mx my mz na nab nagoya name navy nba nc ne nec net netbank netflix network neustar new news next
nextdirect nexus nf nfl ng ngo nhk ni nico nike nikon ninja nissan nissay nl no nokia norton now nowruz nowtv np nr
nra nrw ntt nu nyc nz obi observer office okinawa olayan olayangroup ollo om omega one ong onion onl online ooo open
oracle orange org organic origins osaka otsuka ott ovh pa page panasonic paris pars partners parts party pay pccw pe
pet pf pfizer pg ph pharmacy phd philips phone photo photography photos physio pics pictet pictures pid pin ping
pink pioneer pizza pk pl place play playstation plumbing plus pm pn pnc pohl poker politie porn post pr pramerica
praxi press prime pro prod productions prof progressive promo properties property protection pru prudential ps pt
pub pw pwc py qa qpon quebec quest racing radio re read realestate realtor realty recipes red redstone redumbrella
rehab reise reisen reit reliance ren rent rentals repair report republican rest restaurant review reviews rexroth
rich richardli ricoh ril rio rip ro rocks rodeo rogers room rs rsvp ru rugby ruhr run rw rwe ryukyu sa saarland safe
safety sakura sale salon samsclub samsung sandvik sandvikcoromant sanofi sap sarl sas save saxo sb sbi sbs sc scb
schaeffler schmidt scholarships school schule schwarz science scot sd se search seat secure security seek select
sener services seven sew sex sexy sfr sg sh shangrila sharp shell shia shiksha shoes shop shopping shouji show si
silk sina singles site sj sk ski skin sky skype sl sling sm smart smile sn sncf so soccer social softbank software
sohu solar solutions song sony soy spa space sport spot sr srl ss st stada staples star statebank statefarm stc
stcgroup stockholm storage store stream studio study style su sucks supplies supply support surf surgery suzuki sv
swatch swiss sx sy sydney systems sz tab taipei talk taobao target tatamotors tatar tattoo tax taxi tc tci td tdk
team tech technology tel temasek tennis teva tf tg th thd theater theatre tiaa tickets tienda tips tires tirol tj
tjmaxx tjx tk tkmaxx tl tm tmall tn to today tokyo tools top toray toshiba total tours town toyota toys tr trade
trading training travel travelers travelersinsurance trust trv tt tube tui tunes tushu tv tvs tw tz ua ubank ubs ug
uk unicom university uno uol ups us uy uz va vacations vana vanguard vc ve vegas ventures verisign versicherung vet
vg vi viajes video vig viking villas vin vip virgin visa vision viva vivo vlaanderen vn vodka volvo vote voting voto
voyage vu wales walmart walter wang wanggou watch watches weather weatherchannel webcam weber website wed wedding
weibo weir wf whoswho wien wiki williamhill win windows wine winners wme wolterskluwer woodside work works world wow
ws wtc wtf xbox xerox xihuan xin xxx xyz yachts yahoo yamaxun yandex ye yodobashi yoga yokohama you youtube yt yun
za zappos zara zero zip zm zone zuerich zw
"""
_OTHERS = """
vermgensberater-ctb vermgensberatung-pwb qxam qxa6a 90ae 90ais d1acj3b e1a4c 80aqecdr1a j1aef d1alf l1acc 80adxhks
80asehdb c1avg p1acf p1ai 80aswg 90a3ac j1amh 80ao21a y9a3aq 4dbrk0ce 9dbq2a mgbca7dzdo mgba3a3ejt mgbayh7gpa
mgbcpq6gpa1a lgbbat1ad8j mgberp4a5d4ar mgbqly7cvafr mgberp4a5d4a87g mgbqly7c0a67fbc mgba7c0bbn0a mgbc0a9azcg
mgb2ddes mgbaam7a8h mgba3a4fra mgba3a4f16a mgbbh1a mgbab2bd ngbe9e0a mgbbh1a71e pgbs0dh mgbpl2fh mgbtf8fl ogbpf8fl
ngbc5azd mgbtx2b ngbrx mgb9awbf ygbi2ammx wgbl6a mgbi4ecexp fhbei wgbh1c mgbx4cd0ab mgbah1a3hjkrd 4gbrim mgbt3dhd
mgbai9a5eva00b mgbai9azgqp6j mgbgu82a 11b4c3d c2br7g h2brj9c h2breg3eve h2brj9c8c i1b6b1a6a2e 54b7fta0cc 45brj9c
45br5cyl s9brj9c gecrj9c 3hcrj9c xkc2dl3a5ee0h xkc2al3hye2a clchc0ea0b2g2a9gcd fpcrj9c3d 2scrj9c rvc1e0am3e
fzc2c9e2c 42c2d9a o3cw4h q7ce6a node q9jyb4c cckwcxetd gckr3f0f qcka1pmc tckwe cck2b3b 1ck2e1b bck1b9a5dre4c
eckvdtc9d rhqv96g fiq64b fiqs8s fiqz9s fiq228c5hs jlq480n2rg vhquv 1qqw23a vuq861b nyqy26a 45q11c 55qx5d 55qw42g
kprw13d kpry57d czru2d czrs0t czr694b w4rs40l w4r85el8fhu5dnra 3ds443g pssy2u tiq49xqyj fjq720a fct429k xhq521b
9krt00a 30rr7y 6qq986b3xl kput3i otu796d zfr164b mxtq1m yfro4i67o efvy88h 9et52u rovu88b nqv7f b4w605ferd unup4y
mix891f mix082f 3pxu8k 6frz82g nqv7fs00ema ses554g hxt814e 5tzm5g io0a7i 8y0a063a nnx388a flw351e g2xx48c gk3at1e
3bst00m fzys8d69uvgm kcrx77d1x4a jvr189m imr513n 5su34j936bgsg j6w193g t60b56a mk1bu44c cg4bki 3e0b707e
"""
TOP_LEVEL_DOMAINS = RESERVED.union(
    _LATIN.split(), (label.encode("ascii").decode("punycode") for label in _OTHERS.split())
)
