"""Words that carry no meaning of their own, folded.

Function words of French, written for this project; and the words with which a
question is asked, which no passage is about.
"""

from __future__ import annotations

_FUNCTION_WORDS = """
a ai aie aient ainsi ait alors apres as au aucun aucune aupres auquel aura auraient aurait
auront aussi autant autour autre autres aux auxquelles auxquels avaient avait avant avec avez
avoir avons ayant beaucoup bien car ce ceci cela celle celles celui cependant certain certaine
certaines certains ces cet cette ceux chaque chez ci comme d dans de depuis des
desormais desquelles desquels dessous dessus devra devrait doit doivent donc dont du duquel
durant elle elles en encore enfin entre es est et etaient etait etant ete etes etre eu eux
fait faire faisant fois font furent fut grace hors ici il ils j jusque l la laquelle le
lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais malgre me meme memes
mes mien moins mon n ne neanmoins ni nos notamment notre nous on ont or ou outre par parce
parfois parmi pas pendant peu peut peuvent plus plusieurs plutot pour pourra pourrait
pourtant pouvoir presque puis puisque qu quand que quel quelle quelles quelque quelques
quels qui quoi quoique rien s sa se selon sera seraient serait seront ses si sien
sinon soient soit sommes son sont sous souvent suis sur surtout t ta tandis tant tel telle
telles tels tes toi ton toujours tous tout toute toutefois toutes tres trop tu un une vers
via voici voila vont vos votre vous y
"""

_QUESTION_WORDS = """
combien comment pourquoi quand quel quelle quelles quels qui quoi ou
existe connaitre savoir cherche chercher recherche trouver trouve
voudrais aimerais souhaite montre montrer donne donner liste lister
cherchent recherchent trouvent existent
"""

_LIGHT_VERBS = """
aller va vont venir vient viennent arriver arrive arrivent mettre met mettent prendre prend
prennent falloir faut vouloir veut veulent devenir devient deviennent devenu devenue devenus
devenues servir sert servent savent sait peuvent
"""
"""Verbs that any sentence may hold: in a question they only carry the others."""

STOP_WORDS = frozenset((_FUNCTION_WORDS + _QUESTION_WORDS + _LIGHT_VERBS).split())
