"""Where the sample acts apply, who bears duties, which invented offices supervise, and a few phrases.

Columns: English, French, German, Spanish, Portuguese.
"""

WATERSIDES = """
in inland ports | dans les ports intérieurs | in Binnenhäfen | en puertos interiores | em portos interiores
on islands | sur les îles | auf Inseln | en islas | em ilhas
in nature reserves | dans les réserves naturelles | in Naturschutzgebieten | en reservas naturales
| em reservas naturais
in urban areas | dans les zones urbaines | in städtischen Gebieten | en zonas urbanas | em zonas urbanas
in river basins | dans les bassins fluviaux | in Flussgebieten | en cuencas fluviales | em bacias hidrográficas
in border regions | dans les régions frontalières | in Grenzregionen | en regiones fronterizas
| em regiões fronteiriças
"""

OUTDOORS = """
in mountain areas | dans les zones de montagne | in Berggebieten | en zonas de montaña | em zonas de montanha
at railway stations | dans les gares ferroviaires | in Bahnhöfen | en estaciones de ferrocarril
| em estações ferroviárias
at airports | dans les aéroports | an Flughäfen | en aeropuertos | em aeroportos
on building sites | sur les chantiers | auf Baustellen | en obras de construcción | em estaleiros de construção
in forests | dans les forêts | in Wäldern | en bosques | em florestas
in mines | dans les mines | in Bergwerken | en minas | em minas
"""

INDOORS = """
in public hospitals | dans les hôpitaux publics | in öffentlichen Krankenhäusern | en hospitales públicos
| em hospitais públicos
in schools | dans les écoles | in Schulen | en escuelas | em escolas
"""

# singular, plural; the verb that makes one such a person
PERSONS = """
operator operators; operates | exploitant exploitants; exploite | Betreiber Betreiber; betreibt
| operador operadores; explota | operador operadores; explora
manufacturer manufacturers; manufactures | fabricant fabricants; fabrique | Hersteller Hersteller; herstellt
| fabricante fabricantes; fabrica | fabricante fabricantes; fabrica
importer importers; imports | importateur importateurs; importe | Einführer Einführer; einführt
| importador importadores; importa | importador importadores; importa
distributor distributors; sells | distributeur distributeurs; vend | Händler Händler; verkauft
| distribuidor distribuidores; vende | distribuidor distribuidores; vende
owner owners; owns | propriétaire propriétaires; possède | Eigentümer Eigentümer; besitzt
| propietario propietarios; posee | proprietário proprietários; possui
carrier carriers; carries | transporteur transporteurs; transporte | Beförderer Beförderer; befördert
| transportista transportistas; transporta | transportador transportadores; transporta
"""

# what follows `European Office`, `Office européen`, `Europäisches Amt`, `Oficina Europea`, `Gabinete Europeu`
OFFICES = """
for Equipment Safety | pour la sécurité des équipements | für Gerätesicherheit | de Seguridad de los Equipos
| para a Segurança dos Equipamentos
for Technical Standards | pour les normes techniques | für technische Normen | de Normas Técnicas
| para as Normas Técnicas
for Public Works | pour les travaux publics | für öffentliche Arbeiten | de Obras Públicas | para as Obras Públicas
for Inland Transport | pour les transports intérieurs | für Binnenverkehr | de Transporte Interior
| para os Transportes Interiores
for Clean Energy | pour l'énergie propre | für saubere Energie | de Energía Limpia | para a Energia Limpa
for Market Surveillance | pour la surveillance du marché | für Marktüberwachung | de Vigilancia del Mercado
| para a Fiscalização do Mercado
"""

# what common rules should do: an infinitive phrase
AIMS = """
protect the users | protéger les utilisateurs | die Nutzer schützen | proteger a los usuarios
| proteger os utilizadores
reduce waste | réduire les déchets | Abfälle verringern | reducir los residuos | reduzir os resíduos
ensure fair competition | garantir une concurrence loyale | einen fairen Wettbewerb gewährleisten
| garantizar una competencia leal | assegurar uma concorrência leal
lower the costs of small undertakings | réduire les coûts des petites entreprises
| die Kosten kleiner Unternehmen senken | reducir los costes de las pequeñas empresas
| reduzir os custos das pequenas empresas
"""

# what things out of scope do or are: a relative clause without its pronoun, plural
EXCLUSIONS = """
serve only scientific research | servent uniquement à la recherche scientifique
| ausschließlich der wissenschaftlichen Forschung dienen | sirven únicamente para la investigación científica
| servem unicamente para a investigação científica
are kept in museums | se trouvent dans des musées | sich in Museen befinden | se encuentran en museos
| se encontram em museus
serve national defence | servent à la défense nationale | der Landesverteidigung dienen
| sirven para la defensa nacional | servem para a defesa nacional
"""
