"""Activities that the sample acts regulate, and the document that proves each: noun, gender; document, gender.

Columns: English, French, German, Spanish, Portuguese. Every German document is masculine or neuter.
"""

ACTIVITIES = """
certification; certificate | certification f; certificat m | Zertifizierung f; Zertifikat n
| certificación f; certificado m | certificação f; certificado m
registration; registration form | enregistrement m; fiche d'enregistrement f | Registrierung f; Registerblatt n
| registro m; ficha de registro f | registo m; ficha de registo f
labelling; label | étiquetage m; étiquette f | Kennzeichnung f; Etikett n | etiquetado m; etiqueta f
| rotulagem f; rótulo m
inspection; inspection report | inspection f; rapport d'inspection m | Inspektion f; Inspektionsbericht m
| inspección f; informe de inspección m | inspeção f; relatório de inspeção m
storage; storage log | stockage m; registre de stockage m | Lagerung f; Lagerbuch n
| almacenamiento m; registro de almacenamiento m | armazenamento m; registo de armazenamento m
transport; transport document | transport m; document de transport m | Beförderung f; Beförderungspapier n
| transporte m; documento de transporte m | transporte m; documento de transporte m
monitoring; monitoring report | surveillance f; rapport de surveillance m | Überwachung f; Überwachungsbericht m
| vigilancia f; informe de vigilancia m | vigilância f; relatório de vigilância m
repair; repair log | réparation f; carnet de réparation m | Reparatur f; Reparaturheft n
| reparación f; libro de reparación m | reparação f; caderno de reparação m
recycling; recycling certificate | recyclage m; attestation de recyclage f | Recycling n; Recyclingnachweis m
| reciclado m; justificante de reciclado m | reciclagem f; comprovativo de reciclagem m
testing; test report | essai m; rapport d'essai m | Prüfung f; Prüfbericht m | ensayo m; informe de ensayo m
| ensaio m; relatório de ensaio m
maintenance; maintenance log | entretien m; carnet d'entretien m | Wartung f; Wartungsheft n
| mantenimiento m; libro de mantenimiento m | manutenção f; caderno de manutenção m
calibration; calibration sheet | étalonnage m; fiche d'étalonnage f | Kalibrierung f; Kalibrierblatt n
| calibración f; ficha de calibración f | calibração f; ficha de calibração f
rental; rental contract | location f; contrat de location m | Vermietung f; Mietvertrag m
| alquiler m; contrato de alquiler m | aluguer m; contrato de aluguer m
sale; contract of sale | vente f; contrat de vente m | Verkauf m; Kaufvertrag m | venta f; contrato de venta m
| venda f; contrato de venda m
"""
