package page

import (
	"html"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format/reader"
)

func TestWhatIsWrongWithFilesIsSaidInTheLanguageOfThePage(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown := gallery(p)
	for _, c := range []struct{ state, language, says, not string }{
		{"files-again", "en", "This file can't be read at line 23: DTPOSTED must be a date of the form YYYYMMDD. Please pick another one.", "Where"},
		{"files-again", "es", "Este archivo no se puede leer. Elige otro.", "must be"},
		{"files-again", "es", "No se ha podido leer nada.", "Nothing"},
		{"files-other", "es", "Estos archivos son de otra conexión tuya.", "No se pudo leer"},
		{"files-again", "es", "Dónde: línea 23, DTPOSTED.", "at line"},
		{"files-again", "pt-BR", "Onde: linha 23, DTPOSTED.", "must be"},
		{"files-other", "pt-BR", "Estes arquivos são de outra conexão sua.", "another connection"},
		{"mapping", "en", "line 23: column 4 must be a number", "can't be used"},
		{"mapping", "es", "línea 23: Columna 4 tiene un valor que no se puede usar; la fila o el dato queda fuera", "must be"},
		{"mapping", "en", "line 23: column 4 must be a number; the row or the value is left out", "can't be used"},
		{"mapping", "pt-BR", "linha 23: Coluna 4 tem um valor que não pode ser usado; a linha ou o dado fica de fora", "must be"},
		{"mapping", "en", ">Continue</button>", "Go on"},
		{"mapping-unfit", "en", "This does not fit yet: column 2 must be a number.", "Where"},
		{"mapping-unfit", "es", "Así todavía no encaja. Revisa tus respuestas.", "fit yet"},
		{"mapping-unfit", "es", "Dónde: Columna 2.", "must be"},
		{"mapping-unfit", "pt-BR", "Ainda não dá certo assim. Confira suas respostas.", "fit yet"},
		{"mapping-unfit", "pt-BR", "Onde: Coluna 2.", "must be"},
		{"mapping-again", "en", "One column must be the day of each row.", "answer this too"},
		{"mapping-again", "es", "Responde también: Fecha", "One column"},
		{"mapping-again", "pt-BR", "Responda também: Fecha", "One column"},
		{"mapping-qif", "es", "Responde también: Moneda, Fechas.", "Please"},
		{"preview", "en", "holiday-photos.zip", "Choose one of the files that your bank offers"},
		{"preview", "es", "Este archivo no es un extracto que se pueda leer.", "no statement"},
		{"preview", "es", "giro-2024-q1.xml, línea 118: BookgDt tiene un valor que no se puede usar", "must be"},
		{"preview", "pt-BR", "a conta com final 4300 está em outra conexão sua", "another connection"},
		{"preview", "pt-BR", "mais 3 contas não são mostradas aqui", "more accounts"},
		{"preview-again", "es", "Indica qué cuenta es esta.", "Please say"},
		{"preview-again", "en", "Please say which account this is.", "Say which"},
	} {
		w := httptest.NewRecorder()
		shown.ServeHTTP(w, httptest.NewRequest("GET", "/l/"+c.state+"?lang="+c.language, nil))
		text := html.UnescapeString(w.Body.String())
		if !strings.Contains(text, c.says) || strings.Contains(text, c.not) {
			t.Errorf("%s in %s does not say %q, or says %q", c.state, c.language, c.says, c.not)
		}
	}
}

func TestKindsOfFilesAreNamedAsPeopleCallThem(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{
		strings.Join(reader.Endings(), ","): "OFX, QIF, CSV, Excel, CAMT, MT940, Norma\u00a043, CNAB\u00a0240, BAI2, PDF and zip",
		".ofx,.qfx":                         "OFX", ".qif, .PDF": "QIF and PDF", ".abc,.d": "ABC and D", "": "", "image/*": "",
	} {
		if got := c.translators[0].joined(fileKinds(accept), "form.file.and"); got != want {
			t.Errorf("%q is called %q, not %q", accept, got, want)
		}
	}
	known := map[string]bool{".txt": true}
	for _, f := range fileTypes {
		for _, e := range strings.Fields(f.endings) {
			known[e] = true
		}
	}
	for _, e := range reader.Endings() {
		if !known[e] {
			t.Errorf("nobody says what a file that ends in %s is called", e)
		}
	}
}

func TestTheMainActionOfAResultIsToFinish(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	gallery(p).ServeHTTP(w, httptest.NewRequest("GET", "/l/file-imported", nil))
	_, body, _ := strings.Cut(w.Body.String(), "<main")
	finish, undo := strings.Index(body, `/finish`), strings.Index(body, `/undo`)
	if finish < 0 || undo < 0 || finish > undo || strings.Index(body, "<form") > finish {
		t.Errorf("finish stands at %d, undo at %d:\n%s", finish, undo, body)
	}
}

func TestEachOfSeveralRefusedFilesHasItsOwnSentence(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown := gallery(p)
	for language, says := range map[string][2]string{
		"en":    {"This file is cut off at line 9. Please download it again.", "This file is behind a password."},
		"es":    {"Este archivo está cortado. Descárgalo de nuevo. Dónde: línea 9.", "Este archivo está protegido con contraseña."},
		"pt-BR": {"Este arquivo está cortado. Baixe-o de novo. Onde: linha 9.", "Este arquivo está protegido por senha."},
	} {
		w := httptest.NewRecorder()
		shown.ServeHTTP(w, httptest.NewRequest("GET", "/l/files-none?lang="+language, nil))
		text := html.UnescapeString(w.Body.String())
		rest, found := text, true
		for _, part := range []string{"March.xml", says[0], "April.pdf", says[1]} {
			if _, rest, found = strings.Cut(rest, part); !found {
				t.Errorf("in %s there is no %q where it belongs", language, part)
				break
			}
		}
		if n := strings.Count(text, says[0]); n != 1 {
			t.Errorf("in %s %q stands %d times", language, says[0], n)
		}
	}
}

func TestAWarningSaysOnceThatSomethingIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		warning fairlead.FileWarning
		want    bool
	}{
		{fairlead.FileWarning{Kind: "bad_value", Reason: "must be a number"}, true},
		{fairlead.FileWarning{Kind: "missing", Field: "TRNAMT", Reason: "is missing"}, true},
		{fairlead.FileWarning{Kind: "bad_value", Field: "STMTTRN", Reason: "is no money: it was left out"}, false},
		{fairlead.FileWarning{Kind: "missing", Field: "DTPOSTED", Reason: "is missing: another day was taken"}, false},
		{fairlead.FileWarning{Kind: "differs", Field: "Bal", Reason: "is not the sum"}, false},
	} {
		if got := leavesOut(c.warning); got != c.want {
			t.Errorf("that %+v leaves something out is %v", c.warning, got)
		}
	}
}

var refusedFile = &fairlead.FileWarning{Kind: "bad_value", Line: 23, Field: "DTPOSTED", Reason: "must be a date of the form YYYYMMDD"}
