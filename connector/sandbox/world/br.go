package world

// brazil is the country of Banco Farol and Banco Âncora.
func brazil() *country {
	firm := func(name, base string) Party { return Party{Name: name, TaxID: cnpj(base + "0001"), Company: true} }
	return &country{
		code: "BR", currency: "BRL", mail: "correio.example",
		given: []string{
			"Ana", "João", "Mariana", "Pedro", "Beatriz", "Lucas", "Camila", "Rafael", "Larissa", "Gustavo", "Fernanda", "Thiago",
			"Helena", "Caio", "Lívia", "Otávio", "Célia", "Antônio", "Renata", "Davi",
		},
		family: []string{
			"Silva", "Souza", "Oliveira", "Pereira", "Almeida", "Carvalho", "Ribeiro", "Gomes", "Barbosa", "Rocha", "Azevedo", "Cardoso",
			"Teixeira", "Moreira", "Nogueira", "Farias",
		},
		streets: []string{"Rua das Laranjeiras", "Avenida Paulista", "Rua do Sol", "Rua XV de Novembro", "Avenida Beira-Mar", "Rua dos Pinheiros"},
		cities: []city{
			{"São Paulo", "SP", "01310100", "11"},
			{"Curitiba", "PR", "80020310", "41"},
			{"Recife", "PE", "50030230", "81"},
			{"Belo Horizonte", "MG", "30130005", "31"},
			{"Porto Alegre", "RS", "90010150", "51"},
			{"Rio de Janeiro", "RJ", "20040002", "21"},
		},
		wage: 720000, rent: 165000,
		employers: []Party{firm("Serra Azul Tecnologia S.A.", "90100101"), firm("Hospital Santa Vitória", "90100102"), firm("Colégio Horizonte", "90100103"), firm("Rota Logística Ltda", "90100104")},
		clients:   []Party{firm("Jabuti Editora Ltda", "90100201"), firm("Pedra Branca Consultoria", "90100202"), firm("Estúdio Lanterna", "90100203"), firm("Pomar Alimentos S.A.", "90100204")},
		suppliers: []Party{firm("Papelaria Central Ltda", "90100301"), firm("Atacado Bom Preço", "90100302"), firm("Frete Já Transportes", "90100303")},
		landlords: []Party{firm("Imobiliária Parque Verde", "90100401"), firm("Casa & Cia Imóveis", "90100402")},
		bills: []bill{
			{"Luz do Vale Energia", "DEB AUT LUZ DO VALE", "utilities", 11800, 26500},
			{"Águas do Planalto", "DEB AUT AGUAS PLANALTO", "utilities", 6400, 10900},
			{"Fibra Sul Internet", "DEB AUT FIBRA SUL", "internet", 11990, 11990},
			{"Onda Celular", "DEB AUT ONDA CEL", "phone", 5999, 5999},
			{"Condomínio Edifício Ipê", "PGTO BOLETO COND IPE", "housing", 48000, 52000},
			{"Porto Claro Seguros", "DEB AUT PORTO CLARO SEG", "insurance", 18950, 18950},
		},
		subs: []shop{
			{"Cinemate", "CINEMATE.COM", "4899", "entertainment", 3990, 0, 0},
			{"Sonora Música", "SONORA MUSICA", "4899", "entertainment", 2190, 0, 0},
			{"Academia Ritmo", "ACADEMIA RITMO", "7997", "fitness", 10990, 0, 0},
			{"Nuvem Caixa", "NUVEM CAIXA", "5734", "software", 990, 0, 0},
		},
		shops: []shop{
			{"Supermercado Bom Dia", "SUPERM BOM DIA LJ 12", "5411", "groceries", 2500, 38000, 9},
			{"Hortifruti da Vila", "HORTIFRUTI DA VILA", "5411", "groceries", 1500, 12000, 7},
			{"Padaria Pão Dourado", "PADARIA PAO DOURADO", "5462", "coffee", 650, 3200, 9},
			{"Cantina da Praça", "CANTINA DA PRACA", "5812", "restaurants", 2800, 14000, 5},
			{"Entrega Rápida", "ENTREGA RAPIDA *PEDIDO", "5814", "restaurants", 2900, 9800, 6},
			{"Posto Estrela", "POSTO ESTRELA", "5541", "fuel", 8000, 28000, 4},
			{"Casa & Ferro", "CASA E FERRO MATERIAIS", "5251", "home", 1900, 42000, 2},
			{"Livraria Travessia", "LIVRARIA TRAVESSIA", "5942", "books", 3900, 16000, 1},
			{"Mercado Aberto", "MERCADO ABERTO*LOJA", "5999", "shopping", 3500, 46000, 5},
			{"Loja Primavera", "LOJA PRIMAVERA", "5651", "clothing", 5900, 39000, 3},
			{"Magazine Aurora", "MAGAZINE AURORA", "5732", "electronics", 8900, 99000, 2},
			{"Bilhete Metropolitano", "BILHETE METROPOLITANO", "4111", "transport", 500, 5000, 4},
			{"Drogaria Vida", "DROGARIA VIDA 231", "5912", "health", 1800, 18000, 3},
			{"Vou de Carro", "VOU DE CARRO *VIAGEM", "4121", "transport", 1100, 6200, 5},
		},
		abroad: []foreignShop{
			{shop{"Parcelo", "PARCELO.COM SEATTLE", "5999", "shopping", 1500, 9900, 1}, "USD", 5480000},
			{shop{"Livraria Lisboa", "LIVRARIA LISBOA", "5942", "books", 1200, 4800, 1}, "EUR", 5950000},
		},
		friends: 8, savingsRate: 617, cardRate: 43200, loanRate: 3190,
		texts: texts{
			salary: "SALARIO", pension: "CREDITO INSS BENEFICIO", invoice: "TED RECEBIDA", payroll: "FOLHA DE PAGAMENTO", supplier: "PIX ENVIADO FORNECEDOR",
			tax: "PAGAMENTO DAS SIMPLES NACIONAL", rent: "ALUGUEL", toSavings: "Aplicação em poupança", fromSavings: "Resgate de poupança",
			toOwn: "Transferência para", fromOwn: "Transferência de",
			toBroker: "TED para investimentos", fromBroker: "TED de investimentos", cardPayment: "Pagamento de fatura do cartão", cardThanks: "PAGAMENTO RECEBIDO - OBRIGADO",
			interest: "Rendimento da poupança", refund: "ESTORNO", reversal: "ESTORNO DE LANCAMENTO DUPLICADO", atm: "SAQUE 24 HORAS", fee: "Tarifa de cadastro", creditTax: "IOF",
			toFriend: "Pix enviado", fromFriend: "Pix recebido", loan: "Parcela", cashback: "Cashback",
			lateFee: "Juros de mora", extraPay: "13o SALARIO", transferKind: "ted", salaryKind: "salary", rentKind: "boleto", friendKind: "pix", billKind: "direct_debit",
			checking: "Conta corrente", savings: "Poupança", card: "Cartão Gold", loanName: "Crédito pessoal", mortgage: "Financiamento imobiliário", brokerage: "Investimentos",
		},
	}
}

// Occupation is what a Brazilian bank notes of a persona's work.
func (p Persona) Occupation() string {
	switch p.Income {
	case retired:
		return "Aposentado"
	case jobs:
		return "Profissional autônomo"
	case allowance:
		return "Estudante"
	case trade:
		return "Empresário"
	}
	return "Empregado do setor privado"
}
