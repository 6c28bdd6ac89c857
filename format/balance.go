package format

import (
	"strings"
	"unicode"
)

// BalanceRow reports whether a row that is called so is a balance that a bank lists
// among its movements ("Saldo Anterior", "SALDO DIA 31/01/2024", "Balance brought
// forward"), and hence no money moved. It goes by whole phrases: a payment called
// "Saldo Fatura" is none.
func BalanceRow(description string) bool {
	if len(description) > 80 {
		return false
	}
	p := phrase(description)
	return balancePhrases[p] || datedPhrases[p] && strings.ContainsAny(description, "0123456789")
}

// phrase writes a description in small letters without accents, with one blank between
// words, and without the day, number or currency at its end.
func phrase(description string) string {
	words := strings.FieldsFunc(strings.ToLower(accents.Replace(description)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	n := len(words)
	for n > 1 && (strings.Trim(words[n-1], "0123456789") == "" || months[words[n-1]] || trailing[words[n-1]]) {
		n--
	}
	return strings.Join(words[:n], " ")
}

var accents = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "í", "i", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ú", "u", "ü", "u", "ç", "c", "ñ", "n", "ß", "ss",
	"Á", "a", "À", "a", "Â", "a", "Ã", "a", "Ä", "a", "É", "e", "È", "e", "Ê", "e", "Í", "i", "Ó", "o", "Ô", "o", "Õ", "o", "Ö", "o", "Ú", "u", "Ü", "u", "Ç", "c", "Ñ", "n",
)

var months = set("jan feb fev fevr mar mars apr abr avr may mai jun juin jul juil aug ago aout sep set sept oct out okt nov dec dez dic ene " +
	"janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro " +
	"enero febrero marzo mayo junio julio septiembre octubre noviembre diciembre " +
	"january february march april june july august september october november december")

// trailing are the words that may stand between a phrase and its day, and behind it.
var trailing = set("em de al au a am per as of at on zum vom r brl eur usd gbp chf")

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// balancePhrases are what banks call balances, as phrase writes them.
var balancePhrases = func() map[string]bool {
	m := make(map[string]bool)
	for p := range strings.SplitSeq(`saldo anterior|saldo do dia|saldo dia|saldo em conta|saldo em conta corrente|saldo final|saldo inicial|saldo atual|saldo final do dia
saldo do dia anterior|saldo dia anterior|saldo disponivel|saldo total disponivel|saldo total disponivel dia|saldo total disponivel do dia|saldo disponivel do dia|saldo disponivel dia|saldo final disponivel|saldo parcial
saldo contabil|s a l d o|saldo transportado|saldo a transportar|saldo de fechamento|saldo de abertura|saldo do mes anterior|saldo mes anterior|saldo total do dia|saldo bloqueado|saldo do periodo|saldo no periodo
saldo actual|saldo del dia|saldo disponible|saldo de apertura|saldo apertura|saldo de cierre|saldo cierre|saldo final del dia|saldo inicial del dia|saldo a la fecha|saldo a fecha|saldo arrastrado
opening balance|closing balance|balance brought forward|balance carried forward|brought forward|carried forward|beginning balance|ending balance
previous balance|starting balance|balance forward|balance b f|balance c f|balance bf|balance cf|daily balance|daily closing balance|end of day balance|opening ledger balance|closing ledger balance|available balance|current balance|ledger balance
anfangssaldo|endsaldo|kontostand|alter kontostand|neuer kontostand|saldovortrag|saldo vortrag|anfangsbestand|endbestand|schlusssaldo|eroffnungssaldo|abschlusssaldo|alter saldo|neuer saldo|tagessaldo|saldoubertrag|tagesendsaldo
solde precedent|ancien solde|nouveau solde|solde initial|solde final|solde d ouverture|solde de cloture|solde anterieur|solde du jour|report de solde|solde reporte|solde en fin de journee|solde crediteur|solde debiteur|solde precedant`, "|") {
		for q := range strings.SplitSeq(p, "\n") {
			m[q] = true
		}
	}
	return m
}()

// datedPhrases are a balance only with a day behind them: "Saldo em 31/01/2024", "Solde
// au 31.01.24", "Balance as of 31 Jan 2024".
var datedPhrases = set("saldo solde balance")
