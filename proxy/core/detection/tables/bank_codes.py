"""
The German bank codes (Bankleitzahlen) in use, from the Bundesbank's list as published by schwifty (see NOTICE).

Kept as the distance of each code from the one before, in base 36.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

__all__ = ["BANK_CODES", "is_bank_code"]

_DISTANCES = """
5yc1s 7q2 35 1j m 2s 3g 24 5k 8d 11c 19z 1 330 3 rs xc 8c a a aa 7c6 2s 25s 564 5 5 12 c 1 1 1 m 3tx 3ti k dc dv 73j
mg 6xu o 24 o 5k 21 1 1 ch d8 rs 47h 1pr 5 1 1d 2 s 1 1 1 1 mj 6g8 kj 1 8c go eyw 2s 5k 7bw 83o 5k 1x7o 2s 1xg0 1u 7qq
ery0 1 a lksl a5o u o6 70s 857 7ad 7ps o 1a i 8o o 7e0 ct1 jd2j uv4 7ps sy 7ou 1y a 14 6ug o al j 7e0 7ps ta u kc6s
8hk a2 2s ey 76k 3m ebm b 8u5 jh14 ux0 7qo 2s 5k 2s y8 7mm k 1o e4e 90a u josk 7ju fd6 7ps 2t 2t 8a 7fa 1eg 1y 1t dtz
996 jw4c fd6 99c 8e 1ca s2 s2 4ww dk4 9kk jvsy fd6 7ps rs 334 5xa 28 day 9sc 1o 14vnc 7qc b8 7jk 8c b4 70s 3p 4n 1 2r
5k 2s 76c 5 f k 8 2 a 1 1 1 t4 m b b b b b b 77r 7ai 713 e 5 e x 1j bd 3v 2 4 e c 3 1a l 2b o b o ak k 7e0 1j 2 s 1 1
1 1 2 1 1 1 1 70x xc 8c 19 4b er6 iu 2s 73k 2s 2s 5k 3c 28 2s 7hg 5k 230 17r3 22 w 2p 2n dv eyw 2s 7k8 jg 7bw 8c 5k
1pcc 85d4 uh9 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 3 1
1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 fct 5sso ez6 1le 644 1j 37 up 8h
e6 du2 4 7qi 727 me 2k m9 v7 367l 15o lz4 4 7p6 7q6 12kq 9fq t54 1pe 10wj 7oj xh mx 8xh to btw nlx 7bw feg jhk 3mf d
4y m 7jk 1r1z lu5 12lj 19b 47 6b3 y6 8qg rk 4zp d gt1 2t 1164 yq 8h2 698 muc 5cwm rs b4 5k 6gk 1c2 8s8 d12 12w 6nq 127
11jw 7ob n4s 7qn g2p3 7rz pt 1bs 6ja p4 rx r6 4pc l d8 a 776 72h q5 kcwy 7su 7v2 uc 6ns 1f 6x 18 7fk 7qx nvz eox 7oo
rw 33 3b 7zr 108 d72 1 8hy hc7t 7qm ay 4w 8c 76c b4 f0k 1 5 7ny 1j b 36 3b 40h 3h0 50 6xo 2m 8 6h eh 16 4 7 7 2 6m 1a
7g2 1t 71r u0 5k b4 mui nqg 2t rw 37 sxz 2f 2i3 17q6 7q1 37vy n13 7oi 31 yb 8cf eg 5o0 1d qf 1d 6wk 8ok 12p5 7ra ut9
n2y fev 6sk xv 8nj t0 ke1 194 1u 11be 7o4 96d 69u 19 7oh 8va 3b 11ct 11n 8h 6he 172 7yy 8e x9 lpv 11cd 7ow 3l fcm 1e
qe 1b 6ws 7pc 165 6jc uvy 7oz yz 7qn 7d od 5uv 1c 7og 7qi 37qd 7oq 13k 7rn 5l 7ib 1b 6lh 12w 198s s8 7o7 by 36mj fg1
1au h4 dp3 7qr 13v kq 7vg 14u 1io s3 rw 1lt 1u 7p8 71w mn n4x 12z edo 7og 7rf 10o 36 13y ltl m8f fg0 7ol 7pw 7qb 1z
1hyp 7ox 135 5u e78 8 7qn 7ok 14p 128x 7wy f7l e 7qg 6an 1f9 mbq 1 2 1 m4 910 5uk h4y 5yu 6 1 3 7 1 1 10 6t 19 1nv d
57 c 5ng 72h 1an 19z tw9 2bvk 12n7 cxhk b5 29z4 fgy qg 8b 5n 3b 2a 5l 31 b1 2r 31 5m b6 2t 5dr 7iq 26b 5kz 7tc wu 2j
4y 3z 9j 2c 1e 79 50 4t 9g 7l 29 fw 1q ms 1b 4y mp 33 ba cg 2u 2f qp n6 14 h j a 4b 2g 91 1d i 2x 1c 9 l z 3 u x 37pt
1om bh dfe 7s7 21m 7bq bn 5o7 w 7ok 7r7 15c lyn 1e2 lqw 8y0 192n sf enz 7or fg8 1v 12im 15x eac 7ou 9hl bn 43 om 4ub
1w ff3 15s 23 96ii 80w 7gc 1 t 7na 2t fdf q 1 1 6 1 7d 17 7fv 73k 1ay nsf n4h go 6y 3c 7i4 1n 6s 274 3s on tc 3uw v
deh 8i 1x 12ah 7p4 46 9p8 2c1 b08 7qf f7ta 80w 18 74 208 5k0 5k 5k uk 690 b4 2s 7s 9 b 70s 5 17 c 1 1 1 z 1 7n1 32 7n0
gf av 6yi e 53 h 7jk 5 h g 3 c 2 2 4 d 6 1 1 1 1 1 1 1 1 1 6 73p 2 g7a fa0 2s b4 eyx 5j 7q5 1h 1a8k 2dci fr8 3m8c 11
3d7 4bk dw f1o yg 6tu cq 17 9neq mim 19 1 7o3 7ut 9c 19h b3 5qw n 52 i 7jz 1a 3o2f 7ri 1lp 47yb 7hu k c7tc 7p4 1jg 6ge
se u 6n6 1k 7nu 3n7c 42l1 7p5 81i 7eq 1h bsbn 5a 7ki 7pt 8l 7h6 7si dq 7a0 1u 7nb t 1j 1 1 1 7pqj 7ot xw cmcd 7of 11i
64 6ks 7nu 1x 7o2 3fgz 7oe fg8 1y 7o2 gafa 1b 7nf 7v2 9 57 7fq 6 7qw f 1 1 1 1 7vn 3fzw 7wo 41n4 14k 8r 777 3u32 7o0
83p 2q 4255 7wl 2zu3 7qz al 7eu 4c a4a 577 l 1 o 7qc 7s7 2v 5d 2v 7a1 q 4e g 7ls 5 74k 38as 7oj fg8 o 7qf 5klj 7oi fg8
p 7qf 900o 7r6 fa 2r 8d 668 ua 32 5k b 2h 2s p0 1c 47g 2us 2s 74l 7 4 c 1 7tl 2t 7kt 21 1 b0 b7 vf 6p 6j lb 4fa 2 m s
b 2g 1e 1 3 g 8 1 b c 1 q k 4 7 f 2 17 1c 1 3 2v c 3 1t d 2d s 7 47 9 o 10 45 f 7ko 19 1 1 1 1 1 1 1 1 1 1 1 1 1 1 74p
2 1il5 xe 8495 8gq bo 9g e2s 14 9fhx hz 5k 2r 1 1 1 1 1 1 1 1 1 70a fd9 7pl zu 6v4 7la z 9p g 8c 5eg 1sr 1put 1xcy 7p0
3uu6 7pc 1x6 7fx 635 1v 38tt lzo 12m 7wf6 ffx 7pf 7us 1e1 67b 4 56 e 7jp 2l 1 1pss 103 15e 49re 3t6u 7re 7sb 7kv 11
7p8 9h0n 668 7qk 7p0 46 465 3fh 7d 87 iu 65w 14 h 1t e 1 8 11 1x 1x 1i 1 5 g 2f 7 8k 1k 3n d 7ko 19 8cf 19lp 2wn 6m d2
1i 4s 44k 2ty 8g 6g 2o 4w 2i 7v cx tt a1 3pny 7p3 tb 4g 813 7r 16f 533 1j ecxf ra 70n 15y 6o 72m os 8o 60x p 3n67 7pf
7oz 10m 2n u2 dja 3ffr 7rd 1aj 6ge 1oj 40u2 1d5 19 46 6an u2 8a 5z kq 2k lm 55t 3 1 1 1 7q7u 7a8 7op fg7 12 7qc 3utr
42mv ws 7vr 3tth 7sm wd 7h9 28 6q ar gr dpd 3fec 7qm 7ow yc 44 3k 2l 5q hp 5ud 1h 2s8z uw4 7ot sv 70h na l 6z0 11 7qe
3n4r g2oi 7r2 7r0 fe3 n 1 o 7nf 5j 7nn 3b0 4c2 q 7ps 5 2 s 74j 18g 1bey 3c 5t0 3uwn 7qf 10o a0 7eq 3tvc 7qf wd ei2 k
7r2 f 3vu3 66 5402 uwa 7on 158 6ks 163 6ji m 7qs 3fgc 7p7 145 z 6ku c2 ts 41g7 s2 dr 4guy 3uvx rx 6xa s7 hx 6gg 12x 53
3to0 7ow yf dp 3y r8 hd 528 1as ud gc 53v 1u 7nk 3fgm 7qp 16t 14 6h5 180 5z hm 3trn 7q1 6m 7mc vt 1om 3rgt 7pf 7q9 7pd
h 50 k 72gg 557z 7ra 149 5a 6gt 35 21 v6 4u sf 25 1a8 s8 1ex 260 5 42lr 3uwn 7rz uf ei6 1 51 j g6o 36v5 f 7pd 22v gj
4l 53h x4 5l kn 56 pq cuq 2kkh fhy 1t 1cl dzr p 1 7sk 13f 6iw 1jz bj 5tu 4 g 2 1 1 1 5 2 7ow 776 3g1k vxg g1l5 7re qs
64 jl 6a1 7d ty 14 6ki 4 7pp 9qp 35rq h6k 3t3j 7rx utq axgq 7rg 3w 2s 3g 2l 53 5k a 1gi 1p5 18f 2s0 5k 2s 5k 2s 5k 2s
k u0 1eo r4 18g 2mg a dm 2s 2s 8c p0 12w p0 3js xc 5 5 1 1 1 1 1 1 1 1 1 1 1 1 b 5 2 8 2 1 1 8 1 1 1 c 9 1 1 1 1 b 1up
1i0 1za 2b2 5l l ll 6y1 b4 c 1 1 1 1 1 1 1 1 1 1 1 1 1 1d z7 5p5 k 15 1i 2w 32 m 60 45 3q y 1 d q 1 1 1 1 1 1 1 1 1 1
1 1 1 1 1 77 1b 1s 1 1 1 1 1zo 5 1l 5c7 f a a k 2 3 1 g 2 1 2 4 1 1 1 2 1 7 5l 237 n3 4ai uk b4 xc 2s jg 2s a au cyo
5k 2s 3s 1s 2s 1 7 1b 19 73k 7v 61 5k 1 2r 4pg jg 1rw b4 5k b4 jg 18zg 8c 2s fa0 2n e1 2s 3js 3jd g 5j 5k 5r 5d 667 ul
go 2s 2s 2g 2sc c44 1ag8 dw 70s 5b 8l 2s 8c 2e4 4mo 5k 1 2r 5k 2s 2xk 48s 1adg 2d3w 7mq 7ki 7qk 7pk 7s2 xp 6pr 6 7p9
28 7nf 1p4 10w7 7q0 1md 7cb 4x df aa sm 4va f 7p6 2b 7nf 104 m8 10zw 7r2 8o7 1j6 cvj 7pm 2jo rs ct4 78w bys 38t 7r0 2t
1e2 gp 2q 6qu 30 mi 2p 87 3o 1w gy 1bj 7r 3h2 j 8c 1x 7g9 z 1 7ne 1ack 12x 7ih aq 2l 6f3 k v5k 7eo 56 fbg 7p5 rd eod 3
7qs p 1 770 ge 15o 1 11g0 7ph 1gt 7h3 6hg e 7q9 7on 1e0 b4 e74 6 2l 1 2s 1 1 1 5h 73k 5k 8c 2s 2s a 7ee 2 1h f05 1xgd
2h7 58x 15p jh 6sa 6xn g 7q8 19 7nf fz0 7bw 2s 7sk a 1ay 2ba9 7pq fet g 7qc 8oo 11lz 7pu utv 15o 1avz 7uf 1vml 8oe 26
5x 5a 24k1 lm lrb 12lh 7p7 9t sc 52 8y 7p 108 51q 5s 5m a oj ox b5 lc 51 gu 3qx g 10 2c aa dp c x0 c 6u0 5 7nf 37qu
7qg 7zn 7ff c 1ppp 7ra 12rl a 2i go a 6xq 8c 8c 2s 76c d2os 7ug xs 6s0 t6 2b k2 8r 1ah 4m8 h 8c 1y 7fo a5u 1j 359l 7og
7tt td 3w kb am 5tx c 7rd 7nj 12lk 7p4 ffs g 7qa 1e1 doh3 7nl 7qn 7ro 32 10y 32 96 7gc ah 665 1w 7nt 7p7 1b8 2s go
2qiz fdx 7p6 90q 6f8 20 7nr 8mh 4h40 7rn 7tb fb3 7p5 32 8mu 6q2 1y 7nq ux5 fdy 8n9 85c 14u 57m 1z 7nr 8mi 19dm uuu
1aay 13q 7iu xc 32 m80 2bvg 80w o 1m 3z 4v 73k 2s aq e 1j 19 2s 7k8 25s 56q 12 1 7o3 3c 7vd 2o 5e j8 5o b4 69h g 7w 20
7g0 l k 1 2 818 jg 19g2 7sh mzx 37rt 7ox 8mw o5 ljt di6e n7y 18q 781 8x kz 60l g feg 37s2 7p8 915 6e9 k fn8k fhy 5z 5j
2s f04 7rw oh o5 69u 22b 16y 3qm e 1r 2m j 1m 1a a6 27 62 l 7r 1z 7gr 7nu a oq 2s 1e0 3nc7 1vwv 826 1d3 lkl 8c 8c 1900
7pp 19m 6dl n 3uuz 8ob s2 1wpj 7xl 8 ii g8ql fe5 7sf 7p1 5b 110 41 2bt 41g o 7qi 8cq 19mi xm 6u5 1e0 kw m9b 1a36 7i4
at 7mh i 4wie 7q3 1 1 1 1 1 1 1 1 2 1 1 1 1 1 1 1 1 2 1 1 1 1 1 1 1 1 1 1 1 2 1 2 1 1 2 1 1 1 1 1 1 1 1 2 1 1 1 1 1 2
1 2 1 1 1 92 7h6 8m f4g 7ps 2t rh ela 1y 7qc 8ca uk 5tq 1xsi 5k 1axg si u22 5k maf n5z pu u50 uk m8 5k m8 17zm vuy
awik 7rq 9u 7o 776 1y 5a 7hq 2s 2s b4 x x y 5k 2s 1jk 262 3a2 1 a 4 7np 2t 7mz 5m 5e 1u3 3q 4po 1d 9 20 b 1c i f 3 3 6
1f 1 5 7 l a 4 5 n 9 u 2 n d 2 5 1 d 9 k c a b 6 1 8 b v 18 u 4 7 5 k 1 4 4 d b s t 3 j f a g 2 g k 8 1 6 f 1 4 j q 1c
1a 40 a 7jk 1j 2 s 1 1 1 782 i2 x 4n b4 2s 2s mlw 8c 9vk 2b5q 6w8 8qf 85 5g 6t hi 5nn 1d fgl s2 mib f9g 7rf 93l dy7
7pq 8c s2 32 m1w k 1 4l 1ee dy1 7p5 7sc 222 5kg 1m 7nq 7tq zk 3njg wq 5cs 1a 7pq2 7q6 7pe 83o 7ck 1i 7ns 8my mfy f9l
7od 90c 6fc 1g 7ns 7sq xc 11lu gbx 3i pj 2f eee 715 12jr gp7 71 67l 1q fh2 za m4k ffk 7os n3z 7tx nw bc66 fh8 7o4 993
68 bw h8 57t 1l 7nv 7s8 104 5k 5k 2qx4 fgw 7pa 168 lym 7si pa 25gw d1l0 fhy fen 7ob 8v2 6l6 1s 7nr 1y 7q7 pa 5a 2s
2rdi fdi 7q6 uxc f7r6 fkq fbb c 7oj 95a 6ay 1p 3m 9 7jy 7s6 uk 2s 11ls 7pc 8s1 5v 9o z9 cyd 7sg pk im 11b0 n 7ox sc
7y7 7b 6b ff lds oq be go 82 18kg 8pl ee4 7t3 di5k fcf 7qt 8kl 11q e5 5cq 1o 7np 8if 78 8c be 5a ms d98 n1s gj5 113
d91 7sp 12m 36l4 xc 7li 5u 7vl bx 2j e6 5t1 1f 7ns 7t1 ua ms 112x 7pb 9dt mg1 5a awcq 7rv 3h dw 76w 7e 5y 1u 7qq 79m 8
7p2 2t v3 6rw 8c ur 8t bi 6c 575 1 6m ie k 59 b 7l0 8ak 2s 8c 248g 12ky 7qk 130 7ga 90 6mh n 7ql 7ob 104 2s 11ii 7qa
vrg b4 vpo 5p4 7ou 100 5m 8q pe db4 b fel 1e0 m8 2s 189m 98v 6v 1nzb 7r6 8lz 2d 3h jh 1t 60a i 7ph 7pf 1rw 1i1c 2t
5ivx fb5 t 1 o 81g je 6t8 7p7 e 7qi z 1 77u fk 1rw 2qr6 7hu 1 7qu 7p9 9fj 8j 5r1 l 7qj 7od 2s 18g 5k 8c 1akt svv 1ac0
7pl 12f 8l hn biu8 fkq 7km 7pz 7se p3 5n sf 2q ev 6o2 go hd kt kn 4h6 6 52 c 7ke 1 1i 1 7ne p0 rs 2s 8c 3t4s 9 fen
12mi 7pi 15x 8k e0f a fem 15o 1awm 7tl l9x 1p4 bbee fbj 7ok 135 5u 2x 7rv 6cg 8 gc0 b4 2r7u fch 7oo 136 8m e3h e 7pp
7ot rs 2r 1iqd tao uvb 1h 7px fef f feh 1b8 aw7g 7s0 9k 24 1j f 6e b4 5k 2s 2s 8c 2s 8c 8c 2s 5k 2s a 82 2s 2s 15o f a
a 1il 2iu u 5k 1y 6e ak yk 24f 3yd 2s go 15o go 1gs 3w1 4 3 c 1 1 1 7 3uc 3ti rv ex cn 1t s2 yc c48 e 8c 12 7fq 1k 1 s
1 1 1 78m 2 hg o ag rs a 2i 8c 104 5k cvk bg 7eo 8c 2s 2s 2s 7sk 1xg cvw 7ps 2lm 2ek 21i x 3 i 4 1 4 37 l 2 i 5 q 1 5
e 8 3 11 9 1 4 1 1 4 4 2 x c 3 6 8 3 2 f 8 2 3 4 1 9 d 1 3 3 9 5 y 14 fo3 a n52 5k 2s go 7hg f32 1hys uo rq lgg sm 8x9
dfn 7pm a 1dq dgs0 xa pc rj kp7 1ky 6wv 1dt kzi n7h 1 ui rz ds2 rs rs 653 sc 172 32 5nc 4h 1e3 av ch 1t6 bgn 7pn rs
hc88 9ho 5zu xd gt 6a2 5x x 7ju 7oi 2t ut hi 7yg 5aa 3 t 2 7 1q 8 6 4 3 6 3 k o 2 c g b f s b y l bb 1h 5w n 8c 15 7fo
7pr dw b4 p0 lti 1mf dsf 7oc 118 8m 6e 5a 6r0 6bn 1v 3u s 3q a5 b 8 1c j 4w h 8c 13 7fr ux4 2ec koy 4g 11s 7wa hz ldf
gacc 8mv 19fo fer 7oi 7ps ffv 7ph 2sd5 uo xf 76w 6fu 7oi ev4 fh 2 3 p 3 5 c v g 2 d 3 i 1i g 7p8 7po 1jk lnr 133 ebu
7og 14a m1f bkpp q 1e fdo 7ni y6 7m7 cv 2y 3z 1 is 88 1e7 x1 qv 2b7 8 6 a fm0 n7b 8fl 6zc 7og 14a 6m7 17z 1yl o0 bkk
7pj rs mfn uf eks 7o2 sc 70i pe mcw 2s n4l ffo 7nn 13q 8m 7b3 14c 1ka 3dn k 16 g e6 6 16 7y7 7pl 12w p0 d0wk fhl ul
eko 7o2 sw el 6mh sa iz 4v 5e4 1 5 i c 5 6 h 3 d g 1p ne b 7p7 7pp 8c 5k b4 dw 2ra6 fdm 7ps 910 lu4 n7f ffz 7na 1ig
67n 1kc vy kor d2og 7s5 7pd t 4jx 35c eg 5k xc 1 2bb 3wk 1 1 3 7nz 2t 1iz 640 h6 bb cp 633 3 6 q 5 1 u 1 7 1 d 6 i q
15 6 5 c q 9 o s 6 9j c 8c 11 7gv d 2 u 1 78y 2 pi 2s b4 2ld4 6b1 fdu 7ph sc 1ha4 ff9 7o3 sw eg 6jd nw7 mfs n34 7q7
14u 197e n3d sc eg 8w 6bs nvg 972m ffu 7nk 7sk p4 bp gd 3h 5bt 7 1 13 aa 7q p i 1i w 2 10 2 gw4 ltd ff8 7o3 uv4 2sd4
1n4 dsk 7qq aiv 1kr e0ue ffv 7nj 3wa 4ie 1p1c fhh 15u 3eat ffz 7n9 7ps dpts fho 7np 1kl 66h 7oh a2s 1q 1gy 32d 9 l 3b
f g 7 p mb 8 7qk x 7nf 1itu c9 lzp 2sd7 7qs 7o7 7oa 2t p9 k0 11s 6xr pz 3r pi cby 301f fez 7of 8r8 we 2cu 1ij rf 15u r
7l 14 7if 76f gm 1aao bzo s0 1ih gkz 72p2 1 fd5 83o 1xg fw 1e 2s 14 6m s0 do 5hg p0 1e 14 u k u 14 cka ah2 5u 9s3h 2r
9n2g 80w 7sk f1o 857 145 zc k8 rs ff 5rl 5u 3r8 qa qc o 7p4 a22 k 64 jfmu fhy 1 1 fd4 2d 7nf rs sc 1kg qc tg s2 2ev
2yp 1e 28 k 14 4gc o 8c 16 7fm at0 1e juj4 1 1 fd4 7ps 5k 2v 5m 1y5 8ua pk b9c b58 a 14 1 ju6w fd5 7ps s2 2c6 iy 94
7is 3aj 8fr bdu 1 1n jmjq 7ea bi f1o 1o 1 7qv 5k 3mk 3uw 3vo bjw 2d 1 36 6zy ka 3ug k 9r2s uv4 2s p0 8rl4 7sa 9a 7ge
bi dw 9ho 564 1o 1 7o3 5k b4 3ea cs 3m 7ls k f 2rn pu o an h 7e0 1j 2 s 1 73e 4sc 1y 1e jdu4 fhy 1 1 fd4 7ps rs rs 1jk
rs 2bc 8jn 2 pn o am i 7e0 c7k 23 z 14 46 2i
"""

BANK_CODES: Final = frozenset(accumulate(int(distance, 36) for distance in _DISTANCES.split()))
"""Every code as a number of eight digits."""


def is_bank_code(text: str) -> bool:
    """Return whether eight ASCII digits are a bank code in use."""
    return len(text) == 8 and text.isascii() and text.isdecimal() and int(text) in BANK_CODES
