"""Properties of things: an adjective and the relative clause, without its pronoun, that defines it.

Columns: English, French, German, Spanish, Portuguese. One form never changes (English, German stem), two are
masculine and feminine or, where the second ends in -s, singular and plural; four are m, f, m plural, f plural.
"""

PROPERTIES = """
modular: consists of interchangeable modules
| modulaire modulaires: se compose de modules interchangeables
| modular: aus austauschbaren Modulen besteht
| modular modulares: se compone de módulos intercambiables
| modular modulares: se compõe de módulos intercambiáveis

electric: runs on electricity
| électrique électriques: fonctionne à l'électricité
| elektrisch: mit Strom betrieben wird
| eléctrico eléctrica: funciona con electricidad
| elétrico elétrica: funciona a eletricidade

solar: runs on solar energy
| solaire solaires: fonctionne à l'énergie solaire
| solarbetrieben: mit Sonnenenergie betrieben wird
| solar solares: funciona con energía solar
| solar solares: funciona a energia solar

autonomous: operates without human control
| autonome autonomes: fonctionne sans intervention humaine
| autonom: ohne menschliche Steuerung arbeitet
| autónomo autónoma: funciona sin intervención humana
| autónomo autónoma: funciona sem intervenção humana

mobile: can change its place during use
| mobile mobiles: peut changer de place pendant l'utilisation
| mobil: während der Benutzung den Standort wechseln kann
| móvil móviles: puede cambiar de lugar durante el uso
| móvel móveis: pode mudar de lugar durante a utilização

foldable: can be folded by hand
| pliable pliables: peut se plier à la main
| faltbar: von Hand zusammengelegt werden kann
| plegable plegables: puede plegarse a mano
| dobrável dobráveis: pode dobrar-se à mão

hybrid: uses two sources of energy
| hybride hybrides: utilise deux sources d'énergie
| hybrid: zwei Energiequellen nutzt
| híbrido híbrida: utiliza dos fuentes de energía
| híbrido híbrida: utiliza duas fontes de energia

connected: exchanges data over a network
| connecté connectée: échange des données sur un réseau
| vernetzt: Daten über ein Netz austauscht
| conectado conectada: intercambia datos a través de una red
| conectado conectada: troca dados através de uma rede

hydraulic: works by the pressure of a liquid
| hydraulique hydrauliques: fonctionne par la pression d'un liquide
| hydraulisch: durch den Druck einer Flüssigkeit arbeitet
| hidráulico hidráulica: funciona por la presión de un líquido
| hidráulico hidráulica: funciona pela pressão de um líquido

pneumatic: works by compressed air
| pneumatique pneumatiques: fonctionne à l'air comprimé
| pneumatisch: mit Druckluft arbeitet
| neumático neumática: funciona con aire comprimido
| pneumático pneumática: funciona a ar comprimido

insulated: has a layer against the loss of heat
| isolé isolée: possède une couche contre la perte de chaleur
| isoliert: eine Schicht gegen Wärmeverlust besitzt
| aislado aislada: posee una capa contra la pérdida de calor
| isolado isolada: possui uma camada contra a perda de calor

reinforced: has a frame of steel
| renforcé renforcée: possède un cadre en acier
| verstärkt: einen Rahmen aus Stahl besitzt
| reforzado reforzada: posee un marco de acero
| reforçado reforçada: possui uma armação de aço

remote-controlled: is guided from a distance
| télécommandé télécommandée: se commande à distance
| ferngesteuert: aus der Ferne gelenkt wird
| teledirigido teledirigida: se maneja a distancia
| telecomandado telecomandada: se comanda à distância

silent: emits less than 40 decibels
| silencieux silencieuse silencieux silencieuses: émet moins de 40 décibels
| geräuscharm: weniger als 40 Dezibel abgibt
| silencioso silenciosa: emite menos de 40 decibelios
| silencioso silenciosa: emite menos de 40 decibéis

compact: takes up less than two square metres
| compact compacte: occupe moins de deux mètres carrés
| kompakt: weniger als zwei Quadratmeter einnimmt
| compacto compacta: ocupa menos de dos metros cuadrados
| compacto compacta: ocupa menos de dois metros quadrados

automatic: starts and stops without an operator
| automatique automatiques: démarre et s'arrête sans opérateur
| automatisch: ohne Bediener anläuft und anhält
| automático automática: arranca y se detiene sin operario
| automático automática: arranca e para sem operador
"""
