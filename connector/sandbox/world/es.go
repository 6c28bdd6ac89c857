package world

// spain is the country of TestBank and Banca Puerto.
func spain() *country {
	firm := func(name, base string) Party { return Party{Name: name, TaxID: cif(base), Company: true} }
	return &country{
		code: "ES", currency: "EUR", mail: "correo.example",
		given: []string{
			"Lucía", "Hugo", "María", "Pablo", "Carmen", "Álvaro", "Elena", "Javier", "Marta", "Diego", "Isabel", "Sergio",
			"Nuria", "Andrés", "Pilar", "Manuel", "Rosa", "Jaime", "Inés", "Iker",
		},
		family: []string{
			"García", "Martínez", "López", "Sánchez", "Fernández", "Ruiz", "Moreno", "Navarro", "Torres", "Ortega", "Vidal", "Iglesias",
			"Serrano", "Castro", "Molina", "Prieto",
		},
		streets: []string{"Calle Mayor", "Avenida de la Constitución", "Calle del Puerto", "Paseo Marítimo", "Calle San Juan", "Calle de la Luna"},
		cities: []city{
			{"Madrid", "Madrid", "28013", "91"},
			{"Barcelona", "Barcelona", "08002", "93"},
			{"Valencia", "Valencia", "46002", "96"},
			{"Bilbao", "Bizkaia", "48001", "94"},
			{"Sevilla", "Sevilla", "41001", "95"},
			{"Málaga", "Málaga", "29005", "95"},
		},
		wage: 245000, rent: 72000,
		employers: []Party{firm("Sierra Norte Software S.L.", "B9010010"), firm("Clínica Santa Elena S.A.", "A9010011"), firm("Colegio Horizonte", "G9010012"), firm("Ruta Logística S.L.", "B9010013")},
		clients:   []Party{firm("Editorial Jilguero S.L.", "B9020010"), firm("Piedra Blanca Consultores", "B9020011"), firm("Estudio Linterna S.L.", "B9020012"), firm("Huerta Viva S.A.", "A9020013")},
		suppliers: []Party{firm("Papelería Central S.L.", "B9030010"), firm("Mayorista del Sur S.A.", "A9030011"), firm("Portes Rápidos S.L.", "B9030012")},
		landlords: []Party{firm("Inmobiliaria Parque", "B9040010"), firm("Alquileres Levante S.L.", "B9040011")},
		bills: []bill{
			{"Luz Ibera", "RECIBO LUZ IBERA", "utilities", 4800, 11200},
			{"Aguas Municipales", "RECIBO AGUAS MUNICIPALES", "utilities", 2100, 4600},
			{"Fibra Levante", "RECIBO FIBRA LEVANTE", "internet", 3890, 3890},
			{"Móvil Claro", "RECIBO MOVIL CLARO", "phone", 1990, 1990},
			{"Comunidad de Propietarios", "RECIBO COMUNIDAD PROP", "housing", 6500, 6500},
			{"Seguros Faro", "RECIBO SEGUROS FARO", "insurance", 3420, 3420},
		},
		subs: []shop{
			{"Cinemate", "CINEMATE.COM", "4899", "entertainment", 1299, 0, 0},
			{"Tunestream", "TUNESTREAM ES", "4899", "entertainment", 1099, 0, 0},
			{"Gimnasio Ritmo", "GIMNASIO RITMO", "7997", "fitness", 3490, 0, 0},
			{"Nube Caja", "NUBE CAJA", "5734", "software", 299, 0, 0},
		},
		shops: []shop{
			{"Mercadillo Express", "MERCADILLO EXPRESS 114", "5411", "groceries", 900, 9500, 9},
			{"Frutas Pérez", "FRUTAS PEREZ", "5411", "groceries", 400, 3200, 7},
			{"Café Central", "CAFE CENTRAL", "5814", "coffee", 180, 720, 9},
			{"Bar La Esquina", "BAR LA ESQUINA", "5812", "restaurants", 900, 4200, 6},
			{"Casa Paella", "CASA PAELLA", "5812", "restaurants", 1800, 6800, 3},
			{"Gasolinera Sol", "GASOLINERA SOL", "5541", "fuel", 3000, 8200, 4},
			{"Ferretería Norte", "FERRETERIA NORTE", "5251", "home", 600, 9900, 2},
			{"Librería Alba", "LIBRERIA ALBA", "5942", "books", 900, 4200, 1},
			{"Compra Fácil", "COMPRAFACIL.ES", "5999", "shopping", 1200, 14500, 5},
			{"Moda Brisa", "MODA BRISA", "5651", "clothing", 1900, 12900, 3},
			{"Metro y Bus", "METRO Y BUS RECARGA", "4111", "transport", 500, 5480, 3},
			{"Farmacia Vidal", "FARMACIA VIDAL", "5912", "health", 450, 4800, 3},
			{"Taxi Ciudad", "TAXI CIUDAD", "4121", "transport", 650, 2600, 3},
		},
		abroad: []foreignShop{
			{shop{"Covent Books", "COVENT BOOKS LONDON", "5942", "books", 900, 5600, 1}, "GBP", 1170000},
			{shop{"Corner Cup Coffee", "CORNER CUP COFFEE NY", "5814", "restaurants", 600, 2400, 1}, "USD", 921000},
		},
		friends: 4, savingsRate: 200, cardRate: 1990, loanRate: 650, withholding: 19,
		texts: texts{
			salary: "NOMINA", pension: "PENSION SEGURIDAD SOCIAL", invoice: "TRANSFERENCIA RECIBIDA", payroll: "REMESA NOMINAS", supplier: "TRANSFERENCIA PROVEEDOR",
			tax: "AEAT PAGO MODELO 303", rent: "ALQUILER", toSavings: "Traspaso a cuenta de ahorro", fromSavings: "Traspaso desde cuenta de ahorro",
			toOwn: "Traspaso a", fromOwn: "Traspaso desde",
			toBroker: "Transferencia a inversiones", fromBroker: "Transferencia desde inversiones", cardPayment: "Liquidación de tarjeta", cardThanks: "LIQUIDACION DE TARJETA - GRACIAS",
			interest: "Abono de intereses", refund: "DEVOLUCION", reversal: "ANULACION CARGO DUPLICADO", atm: "REINTEGRO CAJERO",
			withheld: "Retención IRPF intereses", toFriend: "Bizum enviado a", fromFriend: "Bizum de", loan: "Cuota", cashback: "Bonificación",
			lateFee: "Intereses de demora", extraPay: "PAGA EXTRA", transferKind: "transfer", salaryKind: "salary", rentKind: "transfer", friendKind: "transfer", billKind: "direct_debit",
			checking: "Cuenta corriente", savings: "Cuenta de ahorro", card: "Tarjeta Oro", loanName: "Préstamo personal", mortgage: "Hipoteca", brokerage: "Cartera",
		},
	}
}
