package bank

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// view is what a bank's page shows. Asked for JSON, the page gives it as it is.
type view struct {
	Bank     fairlead.Institution    `json:"-"`
	Title    string                  `json:"title,omitempty"`
	Stage    string                  `json:"stage"`
	Step     *fairlead.Step          `json:"step,omitempty"`
	Refused  fairlead.ErrorKind      `json:"refused,omitempty"`
	Accounts []fairlead.AccountOffer `json:"accounts,omitempty"`
	Picked   []string                `json:"picked,omitempty"`
	Products []string                `json:"products,omitempty"`
	Until    time.Time               `json:"until,omitzero"`
	Back     string                  `json:"back,omitempty"`
}

// render writes a page, or the view itself for those who accept JSON.
func render(w http.ResponseWriter, r *http.Request, status int, v view) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		h.Set("Content-Type", "application/json")
		w.WriteHeader(status)
		return json.NewEncoder(w).Encode(v)
	}
	style := sheetOf(v.Bank.Colour)
	sum := sha256.Sum256([]byte(style))
	h.Set("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	return pageTemplate().Execute(w, map[string]any{"V": v, "Style": template.CSS(style), "Logo": dataURI("image/svg+xml", []byte(v.Bank.Logo)), "T": texts(v.Bank.Country)})
}

func dataURI(kind string, data []byte) template.URL {
	return template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data))
}

// sheetOf is the whole style of a bank's pages.
func sheetOf(colour string) string {
	return `body{font:1rem/1.5 system-ui,sans-serif;margin:0;background:#f4f5f7;color:#1b1f24}header{background:` + colour + `;color:#fff;padding:1rem;display:flex;gap:.75rem;align-items:center}` +
		`header img{width:2.5rem;height:2.5rem}header p{margin:0 0 0 auto;font-size:.85rem}main{max-width:28rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}` +
		`h1{font-size:1.35rem;margin-top:0}label{display:block;margin:.9rem 0}input:not([type=checkbox]):not([type=radio]),select{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.6rem;border:1px solid #6b7280;border-radius:.4rem}` +
		`button,.go{font:inherit;font-weight:600;padding:.7rem 1.2rem;border:0;border-radius:.4rem;background:#1b1f24;color:#fff;margin:.75rem .75rem 0 0;text-decoration:none;display:inline-block}` +
		`button.quiet{background:none;color:#1b1f24;text-decoration:underline}[role=alert]{background:#fde8e8;color:#7a1414;padding:.75rem;border-radius:.4rem}img.look{width:12rem}`
}

// texts are the texts on a bank's pages, in the language of its country.
func texts(country string) map[string]string {
	if country == "BR" {
		return map[string]string{
			"lang": "pt-BR", "sample": "Banco de faz de conta", "login": "Acesse sua conta", "hint": "Usuário good e senha good entram.",
			"choose": "Quais contas compartilhar?", "accounts": "contas e saldos", "identity": "cadastro", "transactions": "transações", "bills": "faturas do cartão", "loans": "empréstimos e financiamentos", "holdings": "investimentos",
			"investment_transactions": "movimentações de investimentos", "statements": "extratos", "tax_forms": "informes de rendimentos", "field.user": "Usuário", "field.password": "Senha", "field.code": "Código (1234)",
			"field.device": "Onde receber o código", "field.captcha": "O que você vê", "field.confirm": "Continuar", "go": "Continuar", "leave": "Recusar e voltar",
			"consent": "Compartilhar seus dados?", "give": "Autorizar", "until": "Válido até", "data": "Dados", "back": "Pronto", "return": "Voltar ao aplicativo", "wait": "Aguardando confirmação…",
			"visit": "Confirme que é você", "refused": "Não foi possível. Tente novamente.", "rejected_login": "Usuário ou senha incorretos.", "locked": "Acesso bloqueado.",
			"rejected_challenge": "Código incorreto.", "challenge_expired": "O código expirou.", "action_needed": "Há uma pendência na sua conta.",
			"sandbox.reader": "Digite 7301 no leitor e escreva a resposta dele aqui.", "sandbox.qr": "Um código QR de teste. Não há nada para ler: é só continuar.",
			"sandbox.picture": "Uma imagem com os algarismos 1 2 3 4",
		}
	}
	if country == "ES" {
		return map[string]string{"lang": "es", "sample": "Un banco de mentira", "visit": "Confirma que eres tú", "go": "Continuar", "back": "Listo", "return": "Volver a la aplicación"}
	}
	return map[string]string{
		"lang": "en", "sample": "A make-believe bank", "login": "Sign in", "hint": "User name good and password good work.", "field.user": "User name", "field.password": "Password", "field.code": "Code (1234)",
		"field.device": "Where to send a code", "field.captcha": "What you see", "field.confirm": "Continue", "go": "Continue", "leave": "Refuse and go back", "choose": "Which accounts to share?",
		"consent": "Share your data?", "give": "Allow", "until": "Valid until", "data": "Data", "back": "Done", "return": "Back to the application", "wait": "Waiting for your confirmation…",
		"visit": "Confirm that it is you", "refused": "That did not work. Try again.",
		"sandbox.reader": "Enter 7301 on your card reader, then type its answer here.", "sandbox.qr": "A test QR code. There’s nothing to scan: just continue.",
		"sandbox.picture": "A picture of the digits 1 2 3 4",
	}
}

// pageTemplate is every page of a bank. It is parsed per request: these pages are
// visited by hand.
func pageTemplate() *template.Template {
	word := func(t map[string]string, keys ...string) string {
		for _, k := range keys {
			if w := t[k]; w != "" {
				return w
			}
		}
		return keys[0]
	}
	funcs := template.FuncMap{
		"word": word, "datauri": dataURI, "day": func(t time.Time) string { return t.Format(time.DateOnly) }, "input": inputKind,
		"seconds": func(n int) string { return fmt.Sprintf("%d", max(n, 1)) },
	}
	return template.Must(template.New("page").Funcs(funcs).Parse(pageText))
}

func inputKind(k fairlead.FieldKind) string {
	if k == fairlead.FieldPassword {
		return "password"
	}
	return "text"
}

const pageText = `<!doctype html><html lang="{{.T.lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{{.V.Bank.Name}}</title>
{{- if .V.Back}}<meta http-equiv="refresh" content="0;url={{.V.Back}}">{{else if .V.Step}}{{with .V.Step.Wait}}<meta http-equiv="refresh" content="{{seconds .Seconds}}">{{end}}{{end}}
<style>{{.Style}}</style></head><body><header><img src="{{.Logo}}" alt=""><strong>{{.V.Bank.Name}}</strong><p>{{.T.sample}}</p></header><main>
{{- with .V.Refused}}<p role="alert">{{word $.T (print .) "refused"}}</p>{{end}}
{{- if .V.Title}}<h1>{{.V.Title}}</h1>
{{- else if .V.Back}}<h1>{{.T.back}}</h1><a class="go" href="{{.V.Back}}">{{.T.return}}</a>
{{- else if eq .V.Stage "visit"}}<h1>{{.T.visit}}</h1><form method="post"><button name="go" value="1">{{.T.go}}</button></form>
{{- else if eq .V.Stage "accounts"}}<h1>{{.T.choose}}</h1><form method="post">{{range .V.Accounts}}<label><input type="checkbox" name="account" value="{{.Ref}}" checked> {{.Name}} •••• {{.Mask}}</label>{{end}}<button>{{.T.go}}</button></form>
{{- else if eq .V.Stage "consent"}}<h1>{{.T.consent}}</h1><p>{{.T.data}}: {{range $i, $p := .V.Products}}{{if $i}}, {{end}}{{word $.T $p}}{{end}}</p>{{if not .V.Until.IsZero}}<p>{{.T.until}} {{day .V.Until}}</p>{{end}}<form method="post"><button name="give" value="1">{{.T.give}}</button></form>
{{- else if .V.Step}}{{with .V.Step.Wait}}<h1>{{$.T.wait}}</h1><p><a class="go" href="">{{$.T.go}}</a></p>{{end}}{{with .V.Step.Send}}<h1>{{$.T.login}}</h1><a class="go" href="{{.URL}}">{{$.T.go}}</a>{{end}}
{{- with .V.Step.Form}}<h1>{{$.T.login}}</h1>{{if eq .Kind "login"}}<p>{{$.T.hint}}</p>{{end}}{{with .Text}}<p>{{word $.T .}}</p>{{end}}{{with .Device}}<p>{{.}}</p>{{end}}{{with .Image}}<img class="look" src="{{datauri .Type .Data}}" alt="{{word $.T .Alt}}">{{end}}
<form method="post">{{range .Fields}}{{if .Choices}}<label>{{word $.T .Label}}<select name="{{.Name}}">{{range .Choices}}<option value="{{.Value}}">{{.Label}}</option>{{end}}</select></label>
{{- else if eq .Kind "confirm"}}<input type="hidden" name="{{.Name}}" value="yes">{{else}}<label>{{word $.T .Label}}<input type="{{input .Kind}}" name="{{.Name}}" autocomplete="off" required></label>{{end}}{{end}}<button>{{$.T.go}}</button></form>{{end}}{{end}}
{{- if and (not .V.Back) (not .V.Title) (ne .V.Stage "visit")}}<form method="post"><button class="quiet" name="cancel" value="1">{{.T.leave}}</button></form>{{end}}
</main></body></html>`
