package fairlead

import "testing"

func TestARedirectLeadsOnlyToRegisteredHosts(t *testing.T) {
	t.Parallel()
	app := Application{RedirectHosts: []string{"app.example.com", "other.example.com:8443", "com.example.app:", "https://exact.example.com/done?x=1", "com.example.exact:/done", "myapp:", "ms-msdt:", "view-source:", "filesystem:", "intent:", "javascript:", "data:"}}
	for address, want := range map[string]struct{ serve, dev bool }{
		"https://app.example.com/done?x=1":     {true, true},
		"https://APP.example.com:443/done":     {true, true},
		"https://other.example.com:8443/":      {true, true},
		"https://other.example.com/":           {false, false},
		"http://app.example.com/":              {false, false},
		"https://app.example.com@evil.test/":   {false, false},
		"https://app.example.com.evil.test/":   {false, false},
		"https://evil.test/":                   {false, false},
		"com.example.app://callback":           {true, true},
		"COM.EXAMPLE.APP:callback":             {true, true},
		"com.example.other://callback":         {false, false},
		"com..app://callback":                  {false, false},
		"https://exact.example.com/done?x=1":   {true, true},
		"https://exact.example.com/done":       {false, false},
		"https://exact.example.com/done?x=1&y": {false, false},
		"https://exact.example.com/done?x=1#a": {false, false},
		"https://EXACT.example.com/done?x=1":   {false, false},
		"https://exact.example.com/":           {false, false},
		"com.example.exact:/done":              {true, true},
		"com.example.exact:/done/x":            {false, false},
		"com.example.exact:/":                  {false, false},
		"myapp://callback":                     {false, false}, // registered before there were rules
		"ms-msdt:/id":                          {false, false},
		"view-source:https://app.example.com/": {false, false},
		"filesystem:https://app.example.com/":  {false, false},
		"intent://x#Intent;end":                {false, false},
		"data:text/html,x":                     {false, false},
		"yourapp://callback":                   {false, false},
		"javascript:alert(1)":                  {false, false},
		"//app.example.com/":                   {false, false},
		"https:///done":                        {false, false},
		"http://localhost:3000/done":           {false, true},
		"http://shop.localhost:3000/done":      {false, true},
		"http://127.0.0.1/":                    {false, true},
		"http://[::1]:80/":                     {false, true},
		"http://localhost.evil.test/":          {false, false},
		"https://app.example.com\\@evil.test/": {false, false},
	} {
		if got := app.RedirectAllowed(address, false) == nil; got != want.serve {
			t.Errorf("%s: allowed %v, want %v", address, got, want.serve)
		}
		if got := app.RedirectAllowed(address, true) == nil; got != want.dev {
			t.Errorf("%s in dev: allowed %v, want %v", address, got, want.dev)
		}
	}
}

func TestACallbackGoesToRegisteredOrPublicHosts(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]struct{ free, listed, dev bool }{
		"https://hooks.example.com/x": {true, true, true},
		"https://hooks.example.com/#": {false, false, false},
		"https://else.example.com/x":  {true, false, true},
		"http://hooks.example.com/x":  {false, false, false},
		"https://10.0.0.1/x":          {false, false, false},
		"https://169.254.169.254/x":   {false, false, false},
		"https://100.64.0.1/x":        {false, false, false},
		"https://198.18.0.1/x":        {false, false, false},
		"https://240.0.0.1/x":         {false, false, false},
		"https://192.0.2.1/x":         {false, false, false},
		"https://192.88.99.1/x":       {false, false, false},
		"https://224.0.0.1/x":         {false, false, false},
		"https://[2002:7f00:1::]/x":   {false, false, false},
		"https://[64:ff9b::a00:1]/x":  {false, false, false},
		"https://[::ffff:10.0.0.1]/x": {false, false, false},
		"https://[::7f00:1]/x":        {false, false, false},
		"https://[2001::1]/x":         {false, false, false},
		"https://[fd00::1]/x":         {false, false, false},
		"https://[fe80::1%25eth0]/x":  {false, false, false},
		"https://127.1/x":             {false, false, false},
		"https://0177.0.0.1/x":        {false, false, false},
		"https://0x7f.0x1/x":          {false, false, false},
		"https://10.0.0.0x/x":         {false, false, false},
		"https://①②⑦.0.0.1/x":         {false, false, false},
		"https://8.8.8.8/x":           {true, false, true},
		"https://[2606:4700::1]/x":    {true, false, true},
		"https://a.0x7g/x":            {true, false, true},
		"https://intranet/x":          {false, false, false},
		"https://db.internal/x":       {false, false, false},
		"http://127.0.0.1:9/x":        {false, false, true},
		"ftp://hooks.example.com/x":   {false, false, false},
	} {
		if got := (Application{}).CallbackAllowed(address, false) == nil; got != want.free {
			t.Errorf("%s: allowed %v, want %v", address, got, want.free)
		}
		if got := (Application{CallbackHosts: []string{"hooks.example.com"}}).CallbackAllowed(address, false) == nil; got != want.listed {
			t.Errorf("%s with listed hosts: allowed %v, want %v", address, got, want.listed)
		}
		if got := (Application{}).CallbackAllowed(address, true) == nil; got != want.dev {
			t.Errorf("%s in dev: allowed %v, want %v", address, got, want.dev)
		}
	}
}

func TestAnOriginIsComparedExactly(t *testing.T) {
	t.Parallel()
	app := Application{Origins: []string{"https://app.example.com"}}
	for origin, want := range map[string]bool{
		"https://app.example.com":      true,
		"https://app.example.com:8443": false,
		"https://app.example.com/":     false,
		"http://app.example.com":       false,
		"null":                         false,
		"":                             false,
		"http://localhost:3000":        false,
	} {
		if got := app.OriginAllowed(origin, false); got != want {
			t.Errorf("%q: allowed %v, want %v", origin, got, want)
		}
	}
	if !app.OriginAllowed("http://localhost:3000", true) || app.OriginAllowed("http://evil.test", true) {
		t.Error("dev must allow loopback origins and no other")
	}
}

func TestTaxIDsAreCheckedByTheirCheckDigits(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"529.982.247-25": true, "52998224725": true, "529.982.247-26": false, "111.111.111-11": false, "": false, "5299822472A": false} {
		if ValidCPF(s) != want {
			t.Errorf("CPF %q: want %v", s, want)
		}
	}
	for s, want := range map[string]bool{
		"11.222.333/0001-81": true, "11222333000181": true, "11222333000182": false,
		"12.ABC.345/01DE-35": true, "12ABC34501DE36": false, "12abc34501de35": false, "00000000000000": false,
	} {
		if ValidCNPJ(s) != want {
			t.Errorf("CNPJ %q: want %v", s, want)
		}
	}
}
