package table

import "strings"

// word is what a header's text says of its column.
type word struct {
	role     role
	rank     int    // of two columns of one role, that of the higher rank is meant
	currency string // that the header names
	lang     string // whose word it is, if only one language's
}

// dictionary are the words of headers, folded, by language and role. "!" before a phrase
// ranks it above, "?" below others of its role.
var dictionary = map[string]map[role]string{
	"en": {
		roleDate:        "date|?transaction date|?trans date|!booking date|!posting date|!posted date|!post date|!date posted|!booked|!completed date|!settlement date|?started date|?created date",
		roleValueDate:   "value date|valuta date|effective date|interest date",
		roleAmount:      "amount|transaction amount|value|net amount|net|sum|total amount",
		roleMoneyOut:    "debit|debits|debit amount|money out|paid out|withdrawal|withdrawals|withdrawal amount|amount debit|debit amt|out|spent|outflow|outflows|expense|expenses",
		roleMoneyIn:     "credit|credits|credit amount|money in|paid in|deposit|deposits|deposit amount|amount credit|credit amt|in|received|inflow|inflows|income",
		roleDescription: "description|details|transaction description|narrative|memo|particulars|transaction details|payment reference|reference text|remarks|note|notes|text|title|purpose",
		rolePayee:       "payee|name|merchant|counterparty|counter party|partner name|beneficiary|payee name|counterparty name|merchant name",
		roleBalance:     "balance|running balance|running bal|account balance|balance after|closing balance|available balance|resulting balance|ledger balance",
		roleCurrency:    "currency|ccy|cur|curr|currency code|account currency",
		roleReference:   "transaction id|id|transaction reference|reference number|unique id|transaction number|fitid",
		roleAccount:     "account|account number|iban|account no|card number",
		roleType:        "type|transaction type|category type|status",
		roleFlag:        "debit credit|dr cr|cr dr|debit credit indicator|credit debit|d c|c d",
	},
	"pt": {
		roleDate:        "data|!data lancamento|!data do lancamento|!data mov|!data movimento|!data do movimento|?data operacao|?data da operacao|?data transacao|?data da transacao|?data compra|?data da compra|!data contabil|data hora",
		roleValueDate:   "data valor|data do valor|data balancete|data do balancete",
		roleAmount:      "valor|montante|importancia|quantia|valor da transacao|valor lancamento|valor do lancamento|valor final|valor liquido",
		roleMoneyOut:    "debito|debitos|saida|saidas|valor debito|despesa|despesas",
		roleMoneyIn:     "credito|creditos|entrada|entradas|valor credito|receita|receitas",
		roleDescription: "descricao|historico|lancamento|movimento|detalhes|titulo|descritivo|estabelecimento|memo|descricao da transacao|complemento|observacao|observacoes",
		rolePayee:       "favorecido|beneficiario|nome|destinatario|contraparte|origem destino|remetente destinatario",
		roleBalance:     "saldo|saldos|saldo contabilistico|saldo apos|saldo disponivel|saldo do dia|saldo final|saldo apos movimento",
		roleCurrency:    "moeda|divisa",
		roleReference:   "identificador|id da transacao|codigo da transacao|id transacao|codigo transacao|id da operacao",
		roleAccount:     "conta|numero da conta|numero conta",
		roleType:        "tipo|tipo de transacao|tipo lancamento|tipo de lancamento|natureza|tipo de operacao|operacao",
		roleFlag:        "debito credito",
	},
	"es": {
		roleDate:        "fecha|!fecha operacion|!fecha de operacion|!f operacion|!fecha contable|!fecha movimiento|!fecha del movimiento|?fecha transaccion|f contable|fecha oper|!fecha de la operacion",
		roleValueDate:   "fecha valor|f valor|fecha de valor",
		roleAmount:      "importe|monto|cantidad|importe operacion",
		roleMoneyOut:    "cargo|cargos|debe|debito|debitos|retiros|retiro|egreso|egresos|gasto",
		roleMoneyIn:     "abono|abonos|haber|credito|creditos|depositos|deposito|ingreso|ingresos",
		roleDescription: "concepto|descripcion|movimiento|observaciones|detalle|mas datos|glosa|comentario|referencia texto|concepto ampliado",
		rolePayee:       "beneficiario|ordenante|nombre|comercio|beneficiario ordenante",
		roleBalance:     "saldo|disponible|saldo disponible|saldo contable",
		roleCurrency:    "divisa|moneda",
		roleReference:   "id movimiento|id de transaccion|numero de movimiento",
		roleAccount:     "cuenta|numero de cuenta|numero cuenta",
		roleType:        "tipo|tipo de movimiento|tipo de operacion|tipo movimiento|categoria",
		roleFlag:        "cargo abono|debe haber",
	},
	"de": {
		roleDate:        "datum|!buchungstag|!buchungsdatum|!buchung|?belegdatum|?transaktionsdatum|?umsatzdatum|!gebucht am|!buchungsdatum uhrzeit",
		roleValueDate:   "valuta|valutadatum|wertstellung|wertstellungsdatum|wert|wertstellung valuta",
		roleAmount:      "betrag|umsatz|summe|umsatz in|betrag in|buchungsbetrag",
		roleMoneyOut:    "soll|belastung|ausgang|lastschrift|ausgabe|ausgaben|belastung in|lastschrift in|auszahlung",
		roleMoneyIn:     "haben|gutschrift|eingang|einnahme|einnahmen|gutschrift in|einzahlung",
		roleDescription: "buchungstext|verwendungszweck|beschreibung|text|avisierungstext|vorgang verwendungszweck|zahlungsgrund|mitteilung|buchungsdetails|bemerkung|umsatztext",
		rolePayee:       "auftraggeber empfanger|empfanger|beguenstigter zahlungspflichtiger|name|name zahlungsbeteiligter|auftraggeber begunstigter|zahlungsempfanger|auftraggeber|empfanger auftraggeber|partnername",
		roleBalance:     "saldo|kontostand|saldo nach buchung|saldo in|neuer saldo|kontosaldo",
		roleCurrency:    "wahrung|waehrung",
		roleReference:   "transaktions nr|transaktionsnummer|transaktions id|buchungsreferenz|umsatz id",
		roleAccount:     "auftragskonto|iban|konto|kontonummer|iban auftragskonto|eigene iban",
		roleType:        "umsatzart|vorgang|umsatztyp|transaktionstyp|buchungsart|art|status",
		roleFlag:        "soll haben|soll haben kennzeichen|s h",
	},
	"fr": {
		roleDate:        "date|!date operation|!date d operation|!date de l operation|!date comptable|!date de comptabilisation|!dateop|?date de transaction|!date de l ecriture|date d execution",
		roleValueDate:   "date valeur|date de valeur|dateval",
		roleAmount:      "montant|montant de l operation|valeur|montant net",
		roleMoneyOut:    "debit|debit montant|depense|depenses|retrait|sortie|montant debit",
		roleMoneyIn:     "credit|recette|recettes|depot|entree|montant credit",
		roleDescription: "libelle|description|libelle operation|libelle de l operation|nature de l operation|communication|communications|detail|details|libelle simplifie|informations complementaires|commentaire|motif",
		rolePayee:       "beneficiaire|tiers|nom|contrepartie|nom de la contrepartie",
		roleBalance:     "solde|solde apres operation",
		roleCurrency:    "devise|monnaie",
		roleReference:   "numero de transaction|identifiant",
		roleAccount:     "compte|numero de compte|numero compte",
		roleType:        "type|type operation|type d operation|type de transaction",
	},
	"nl": {
		roleDate:        "datum|!boekdatum|!boekingsdatum|?transactiedatum|!uitvoeringsdatum",
		roleValueDate:   "valutadatum|rentedatum",
		roleAmount:      "bedrag|transactiebedrag|bedrag in",
		roleMoneyOut:    "af|debet|afgeschreven|uitgaven|uit",
		roleMoneyIn:     "bij|bijgeschreven|inkomsten",
		roleDescription: "omschrijving|mededelingen|mededeling|naam omschrijving|vrije mededeling|details",
		rolePayee:       "naam|tegenpartij|naam tegenpartij|begunstigde|naam tegenrekening",
		roleBalance:     "saldo|saldo na mutatie|eindsaldo|saldo na trn",
		roleCurrency:    "munt|valuta|muntsoort|valuta code",
		roleReference:   "transactie id|volgnummer|transactienummer",
		roleAccount:     "rekening|rekeningnummer",
		roleType:        "soort|mutatiesoort|transactietype|type",
		roleFlag:        "af bij|bij af",
	},
	"it": {
		roleDate:        "data|!data operazione|!data contabile|!data registrazione|?data transazione|!data movimento",
		roleValueDate:   "data valuta|valuta data",
		roleAmount:      "importo|ammontare|importo netto",
		roleMoneyOut:    "dare|addebiti|addebito|uscite|uscita|spese",
		roleMoneyIn:     "avere|accrediti|accredito|entrate",
		roleDescription: "descrizione|causale|descrizione completa|descrizione operazione|operazione|dettagli|note",
		rolePayee:       "beneficiario|controparte|nome|ordinante",
		roleBalance:     "saldo|saldo contabile",
		roleCurrency:    "divisa",
		roleReference:   "id operazione|id transazione",
		roleAccount:     "conto|numero conto",
		roleType:        "tipo|tipologia|tipo operazione|categoria",
		roleFlag:        "dare avere",
	},
	"pl": {
		roleDate:        "data|?data operacji|!data ksiegowania|!data zaksiegowania|?data transakcji",
		roleValueDate:   "data waluty",
		roleAmount:      "kwota|kwota operacji|kwota transakcji",
		roleMoneyOut:    "obciazenia|obciazenie|wydatki|wyplata",
		roleMoneyIn:     "uznania|uznanie|wplywy|wplata",
		roleDescription: "opis|opis operacji|tytul|tytul operacji|szczegoly|opis transakcji",
		rolePayee:       "nadawca odbiorca|kontrahent|odbiorca|nazwa kontrahenta|dane kontrahenta",
		roleBalance:     "saldo|saldo po operacji|saldo po transakcji",
		roleCurrency:    "waluta",
		roleReference:   "nr transakcji|numer transakcji|id transakcji",
		roleAccount:     "rachunek|numer rachunku|konto",
		roleType:        "typ|rodzaj|typ transakcji|typ operacji|rodzaj operacji",
	},
	"sv": {
		roleDate:        "datum|!bokforingsdag|!bokforingsdatum|!bokford|?transaktionsdag|?transaktionsdatum|!bokfort|reskontradatum",
		roleValueDate:   "valutadag|valutadatum",
		roleAmount:      "belopp|transaktionsbelopp",
		roleMoneyOut:    "uttag|utgift|ut",
		roleMoneyIn:     "insattning|insattningar|inkomst",
		roleDescription: "text|beskrivning|meddelande|rubrik|specifikation|text mottagare|referens",
		rolePayee:       "mottagare|namn|avsandare mottagare",
		roleBalance:     "saldo|bokfort saldo",
		roleCurrency:    "valuta",
		roleReference:   "transaktionsnummer|transaktionsid",
		roleAccount:     "konto|kontonummer",
		roleType:        "typ|transaktionstyp",
	},
}

// dictionaryWords is the dictionary by phrase.
var dictionaryWords = func() map[string]word {
	m := map[string]word{}
	for lang, roles := range dictionary {
		for r, phrases := range roles {
			for p := range strings.SplitSeq(phrases, "|") {
				w := word{role: r, rank: 2, lang: lang}
				switch p[0] {
				case '!':
					p, w.rank = p[1:], 3
				case '?':
					p, w.rank = p[1:], 1
				}
				if old, ok := m[p]; ok && old.lang != lang {
					w.lang, w.rank = "", max(w.rank, old.rank)
					if old.role != w.role { // "valuta" is a day in German and a currency in Swedish
						w.role = ""
					}
				}
				m[p] = w
			}
		}
	}
	return m
}()

// codes are currencies that headers name.
var codes = func() map[string]string {
	m := map[string]string{}
	for c := range strings.FieldsSeq("eur usd gbp chf brl sek nok dkk pln czk huf ron cad aud nzd mxn ars clp cop pen inr jpy sgd hkd zar try ils") {
		m[c] = strings.ToUpper(c)
	}
	return m
}()

// wordOf says what a header's text says: the whole phrase, or the phrase without the
// currency in it.
func wordOf(header string) word {
	if header == "" || len(header) > 80 {
		return word{}
	}
	name := fold(plain(header))
	if w, ok := dictionaryWords[name]; ok {
		return w
	}
	code, rest := "", []string{}
	for _, f := range strings.Fields(name) {
		if codes[f] != "" && code == "" {
			code = codes[f]
		} else {
			rest = append(rest, f)
		}
	}
	if code == "" {
		return word{}
	}
	w := dictionaryWords[strings.Join(rest, " ")]
	if w.role == "" && len(rest) > 1 && (rest[len(rest)-1] == "in" || rest[len(rest)-1] == "em" || rest[len(rest)-1] == "en") {
		w = dictionaryWords[strings.Join(rest[:len(rest)-1], " ")]
	}
	w.currency = code
	return w
}

// knownWords counts the headers of a row that are known.
func knownWords(cells []string) (n int) {
	for _, c := range cells {
		if w := wordOf(c); w.role != "" {
			n++
		}
	}
	return n
}

// totalWords begin rows that add others up.
var totalWords = map[string]bool{
	"total": true, "totals": true, "totais": true, "totales": true, "summe": true, "gesamt": true, "gesamtsumme": true, "totaal": true,
	"totale": true, "totali": true, "suma": true, "razem": true, "summa": true, "subtotal": true, "sum": true, "grand": true, "totaux": true,
}

// isTotal reports whether a text names a sum of rows.
func isTotal(text string) bool {
	first, _, _ := strings.Cut(fold(text), " ")
	return totalWords[first]
}
