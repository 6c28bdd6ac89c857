package norma43

import (
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// concepts are the common concepts of Cuaderno 43, which stand for a row's text where
// a bank writes none.
var concepts = map[string]string{
	"01": "Talones - Reintegros",
	"02": "Abonarés - Entregas - Ingresos",
	"03": "Domiciliados - Recibos - Letras - Pagos por su cuenta",
	"04": "Giros - Transferencias - Traspasos - Cheques",
	"05": "Amortizaciones, préstamos, créditos, etc.",
	"06": "Remesas, efectos",
	"07": "Suscripciones - Dividendos pasivos - Canjes",
	"08": "Dividendos - Cupones - Prima junta - Amortizaciones",
	"09": "Operaciones de bolsa - Compra/venta de valores",
	"10": "Cheques gasolina",
	"11": "Cajero automático",
	"12": "Tarjetas de crédito - Tarjetas de débito",
	"13": "Operaciones extranjero",
	"14": "Devoluciones e impagados",
	"15": "Nóminas - Seguros sociales",
	"16": "Timbres - Corretaje - Póliza",
	"17": "Intereses - Comisiones - Custodia - Gastos e impuestos",
	"98": "Anulaciones - Correcciones de asiento",
	"99": "Varios",
}

// kindOf is the kind that a common concept stands for; most of them stand for several.
func kindOf(concept string, sign int) string {
	switch {
	case concept == "03" && sign < 0:
		return "direct_debit"
	case concept == "11":
		return "cash"
	case concept == "12":
		return "card"
	case concept == "15" && sign > 0:
		return "salary"
	}
	return ""
}

// wordsOf is the text of a row without records 23: its references where they are
// words, and else the name of its concept.
func wordsOf(concept string, references ...string) string {
	var words []string
	for _, s := range references {
		if strings.ContainsAny(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") {
			words = append(words, format.Words(s))
		}
	}
	if len(words) == 0 {
		return concepts[concept]
	}
	return strings.Join(words, " ")
}
