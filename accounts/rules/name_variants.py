"""
Variant characters that OpenCC leaves as they are, with the simplified one they stand for.

Found by folding a list of printed variants (older glyph shapes with code points of their own, and
the forms withdrawn by the first table of variant characters of 1955) and keeping those that
OpenCC's t2s did not change and GB 2312 does not hold. Forms that the table of 2013 restored for
personal names (喆, 邨, 龢) are left out: they are characters in their own right again.
"""

from typing import Final

_PAIRS: Final = """
尙尚 吿告 淸清 靑青 硏研 敍叙 値值 擧举 槪概 囻国 圀国 秊年 衞卫 菓果 韮韭 竝并 慿凭 凴凭 凖准 刼劫
勅敕 勲勋 叅参 噐器 塲场 壻婿 娯娱 寃冤 寳宝 尅克 岀出 帋纸 徃往 徳德 惪德 慽戚 慙惭 戯戏 挿插 揷插
揑捏 攷考 敭扬 旹时 晳晰 暎映 曁暨 朞期 枱台 栢柏 桒桑 梹槟 椶棕 槀槁 櫈凳 歩步 歳岁 毎每 毘毗 氷冰
浄净 涙泪 渉涉 漑溉 炤照 熈熙 燄焰 爕燮 爼俎 牎窗 犂犁 狥徇 猟猎 琹琴 璢琉 甁瓶 甎砖 畂亩 畆亩 畧略
畱留 痲麻 痺痹 皐皋 盌碗 眀明 覩睹 砲炮 碁棋 秌秋 秔粳 稬糯 竢俟 粧妆 糓谷 紥扎 緐繁 緜绵 緫总 縂总
繊纤 繋系 罇樽 罸罚 羗羌 羙美 羮羹 翶翱 聨联 聫联 肎肯 胷胸 脇胁 脗吻 膓肠 臈腊 艸草 芲花 荘庄 葢盖
蔴麻 蕋蕊 蘂蕊 薫薰 蘤花 蚘蛔 蠏蟹 衇脉 衖巷 衹只 袵衽 裠裙 覇霸 覊羁 觧解 誖悖 諠喧 謌歌 讁谪 貎貌
賛赞 躱躲 躭耽 軆体 輭软 辤辞 迯逃 迻移 逈迥 逓递 邉边 鄕乡 隣邻 酧酬 醎咸 銲焊 鍳鉴 鐡铁 鑛矿 閙闹
閧哄 闗关 阯址 阸厄 隂阴 陿狭 隄堤 雑杂 霊灵 霛灵 靣面 鞌鞍 韈袜 韤袜 頋顾 頥颐 顋腮 飡餐 飮饮 饍膳
馿驴 騐验 髙高 髠髡 鬀剃 鬪斗 鬬斗 鬭斗 鴈雁 鵶鸦 鵞鹅 鶏鸡 鷰燕 鸎莺 黒黑 鼔鼓 拏拿
"""

VARIANTS: Final[dict[str, str]] = {pair[0]: pair[1] for pair in _PAIRS.split()}
