package simplefin

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// iso4217 is the codes of the standard that are in use.
var iso4217 = strings.Fields(`
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY
COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XCD XCG XDR XOF XPD XPF
XPT XSU XUA YER ZAR ZMW ZWG`)

// currencyOf is a code of ISO 4217, or the address of another currency.
func (s *SimpleFIN) currencyOf(code string) string {
	if slices.Contains(iso4217, code) {
		return code
	}
	return s.rootURL() + "/currencies/" + code
}

// currency names a currency that ISO 4217 has not. Its abbreviation is all that is known.
func (s *SimpleFIN) currency(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	if !fairlead.ValidCurrency(code) || slices.Contains(iso4217, code) {
		s.refuse(w, r, http.StatusNotFound, "There is no such currency here.", "gen.api")
		return
	}
	answer(w, http.StatusOK, map[string]string{"name": code, "abbr": code})
}
