"""Things that the sample acts regulate: singular, plural and gender in English, French, German, Spanish, Portuguese.

Words of one term are joined by `_`; English has no gender. Three tables, by the places where a thing makes sense.
"""

# anywhere
DEVICES = """
drone drones | drone drones m | Drohne Drohnen f | dron drones m | drone drones m
pump pumps | pompe pompes f | Pumpe Pumpen f | bomba bombas f | bomba bombas f
lift lifts | ascenseur ascenseurs m | Aufzug Aufzüge m | ascensor ascensores m | elevador elevadores m
boiler boilers | chaudière chaudières f | Heizkessel Heizkessel m | caldera calderas f | caldeira caldeiras f
lamp lamps | lampe lampes f | Lampe Lampen f | lámpara lámparas f | lâmpada lâmpadas f
robot robots | robot robots m | Roboter Roboter m | robot robots m | robô robôs m
camera cameras | caméra caméras f | Kamera Kameras f | cámara cámaras f | câmara câmaras f
sensor sensors | capteur capteurs m | Sensor Sensoren m | sensor sensores m | sensor sensores m
filter filters | filtre filtres m | Filter Filter m | filtro filtros m | filtro filtros m
battery batteries | batterie batteries f | Batterie Batterien f | batería baterías f | bateria baterias f
charging_station charging_stations | borne_de_recharge bornes_de_recharge f | Ladestation Ladestationen f
| estación_de_carga estaciones_de_carga f | estação_de_carregamento estações_de_carregamento f
oven ovens | four fours m | Ofen Öfen m | horno hornos m | forno fornos m
press presses | presse presses f | Presse Pressen f | prensa prensas f | prensa prensas f
printer printers | imprimante imprimantes f | Drucker Drucker m | impresora impresoras f | impressora impressoras f
bicycle bicycles | bicyclette bicyclettes f | Fahrrad Fahrräder n | bicicleta bicicletas f | bicicleta bicicletas f
tank tanks | réservoir réservoirs m | Tank Tanks m | depósito depósitos m | reservatório reservatórios m
valve valves | vanne vannes f | Ventil Ventile n | válvula válvulas f | válvula válvulas f
meter meters | compteur compteurs m | Zähler Zähler m | contador contadores m | contador contadores m
balance balances | balance balances f | Waage Waagen f | balanza balanzas f | balança balanças f
antenna antennas | antenne antennes f | Antenne Antennen f | antena antenas f | antena antenas f
compressor compressors | compresseur compresseurs m | Kompressor Kompressoren m | compresor compresores m
| compressor compressores m
generator generators | générateur générateurs m | Generator Generatoren m | generador generadores m
| gerador geradores m
radiator radiators | radiateur radiateurs m | Heizkörper Heizkörper m | radiador radiadores m
| radiador radiadores m
refrigerator refrigerators | réfrigérateur réfrigérateurs m | Kühlschrank Kühlschränke m
| frigorífico frigoríficos m | frigorífico frigoríficos m
telescope telescopes | télescope télescopes m | Teleskop Teleskope n | telescopio telescopios m
| telescópio telescópios m
motor motors | moteur moteurs m | Motor Motoren m | motor motores m | motor motores m
scooter scooters | trottinette trottinettes f | Roller Roller m | patinete patinetes m | trotinete trotinetes f
container containers | conteneur conteneurs m | Container Container m | contenedor contenedores m
| contentor contentores m
fan fans | ventilateur ventilateurs m | Ventilator Ventilatoren m | ventilador ventiladores m
| ventilador ventiladores m
winch winches | treuil treuils m | Winde Winden f | cabrestante cabrestantes m | guincho guinchos m
projector projectors | projecteur projecteurs m | Projektor Projektoren m | proyector proyectores m
| projetor projetores m
dryer dryers | séchoir séchoirs m | Trockner Trockner m | secadora secadoras f | secador secadores m
tent tents | tente tentes f | Zelt Zelte n | tienda_de_campaña tiendas_de_campaña f | tenda tendas f
"""

# outdoors
STRUCTURES = """
crane cranes | grue grues f | Kran Kräne m | grúa grúas f | grua gruas f
van vans | fourgon fourgons m | Lieferwagen Lieferwagen m | furgoneta furgonetas f | carrinha carrinhas f
turbine turbines | turbine turbines f | Turbine Turbinen f | turbina turbinas f | turbina turbinas f
greenhouse greenhouses | serre serres f | Gewächshaus Gewächshäuser n | invernadero invernaderos m
| estufa estufas f
mill mills | moulin moulins m | Mühle Mühlen f | molino molinos m | moinho moinhos m
platform platforms | plateforme plateformes f | Plattform Plattformen f | plataforma plataformas f
| plataforma plataformas f
trailer trailers | remorque remorques f | Anhänger Anhänger m | remolque remolques m | reboque reboques m
wagon wagons | wagon wagons m | Waggon Waggons m | vagón vagones m | vagão vagões m
tractor tractors | tracteur tracteurs m | Traktor Traktoren m | tractor tractores m | trator tratores m
bridge bridges | pont ponts m | Brücke Brücken f | puente puentes m | ponte pontes f
gate gates | portail portails m | Tor Tore n | puerta puertas f | portão portões m
"""

# where there is water
VESSELS = """
ferry ferries | bac bacs m | Fähre Fähren f | transbordador transbordadores m | transbordador transbordadores m
boat boats | bateau bateaux m | Boot Boote n | barco barcos m | barco barcos m
buoy buoys | bouée bouées f | Boje Bojen f | boya boyas f | boia boias f
barge barges | péniche péniches f | Lastkahn Lastkähne m | barcaza barcazas f | barcaça barcaças f
"""
