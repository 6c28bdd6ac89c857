package docscheck_test

// supposition is what a document takes for granted: commands that are run before
// its own, what its placeholders are for, and whether the server of `fairlead dev`
// runs beside.
type supposition struct {
	before       string
	placeholders map[string]string
	server       bool
}

const operator = `mkdir -p /etc/fairlead /var/lib/fairlead
export FAIRLEAD_DATA=/var/lib/fairlead FAIRLEAD_URL=https://connect.example.com FAIRLEAD_TLS_ENDED=true`

var suppositions = map[string]supposition{
	"README.md": {before: "mkdir -p /etc/fairlead /var/lib/fairlead"},
	"docs/running.md": {
		before: operator + `
export FAIRLEAD_VAULT=file:///etc/fairlead/first.json
fairlead keys create /etc/fairlead/first.json && fairlead migrate`,
		placeholders: map[string]string{"key_…": "$(fairlead app keys list shop | grep -o 'key_[0-9a-z]*' | tail -n 1)"},
	},
	"docs/providers.md": {
		placeholders: map[string]string{"/TENANT/": "/$(fairlead tenant list | grep -o 'ten_[0-9a-z]*' | head -n 1)/"},
		before:       ":",
	},
	"docs/statement-files.md": {
		server: true,
		before: `printf 'Date;Amount;Text;Currency\n03/04/2026;-12,30;Bakery;EUR\n05/04/2026;2000,00;Salary;EUR\n' > list.csv
printf 'Date,Description,Money in,Money out,Currency\n2026-03-16,Bakery,,12.30,EUR\n2026-03-17,Salary,2000.00,,EUR\n' > march.csv
printf '!Type:Bank\nD03/16/2026\nT-12.30\nPBakery\n^\n' > list.qif
cat > march.ofx <<'END'
OFXHEADER:100
DATA:OFXSGML
VERSION:102

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260331<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>990000017<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260316<TRNAMT>-12.30<FITID>1<NAME>Bakery</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>812.40<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
END
python3 -m zipfile -c april.zip march.ofx
echo '{"currency": "EUR", "sign": "as_is", "dates": "day_first"}' > answers.json`,
	},
}
