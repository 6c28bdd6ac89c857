package report

import "github.com/fairlead-dev/fairlead"

func isSavings(a fairlead.Account) bool {
	return a.Kind == fairlead.AccountDepository && a.Subtype == "savings"
}

func isChecking(a fairlead.Account) bool {
	return a.Kind == fairlead.AccountDepository && a.Subtype != "savings"
}

func (b *builder) checking() error { return b.cash("checkingAccounts", isChecking) }

func (b *builder) savings() error { return b.cash("savingsAccounts", isSavings) }

// cash reports accounts with their movements.
func (b *builder) cash(key string, fit func(fairlead.Account) bool) error {
	list, accounts := []object{}, b.accounts(fit)
	for _, a := range accounts {
		movements, err := b.transactions(a.ID, b.perAccount(accounts))
		if err != nil {
			return err
		}
		details := []object{}
		for _, t := range movements {
			details = append(details, b.movement(a, t))
		}
		list = append(list, append(b.heading(a),
			field{"balances", balances(a.Account)}, field{"overdraftLimits", overdraft(a.Account)}, field{"transactionDetails", details}))
	}
	b.arrays = append(b.arrays, field{key, list})
	return nil
}

// balances reports what the accounts hold, and nothing else.
func (b *builder) balances() error {
	list := []object{}
	for _, a := range b.accounts(func(a fairlead.Account) bool { return a.Kind == fairlead.AccountDepository }) {
		list = append(list, append(append(b.heading(a), balances(a.Account)...), field{"overdraftLimits", overdraft(a.Account)}))
	}
	b.arrays = append(b.arrays, field{b.product, list})
	return nil
}

// heading is what names an account.
func (b *builder) heading(a sourcedAccount) object {
	return object{
		either(a.Extra, "brandName", a.source.Institution.Name), either(a.Extra, "companyCnpj", nil),
		{"accountId", a.Ref},
		either(a.Extra, "compeCode", first(a.Numbers.COMPE, codeIn(a.source.Institution, "compe"))),
		either(a.Extra, "branchCode", a.Numbers.Branch),
		{"number", first(a.Numbers.Number, a.Mask)},
		{"checkDigit", first(a.Numbers.CheckDigit)},
		either(a.Extra, "type", depositKind(a.Account)), either(a.Extra, "subtype", nil),
		{"civilName", b.holderOf(a)},
		{"currency", a.Currency},
		{"bacenName", a.source.Institution.Name},
	}
}

// depositKind is Open Finance Brasil's type of an account.
func depositKind(a fairlead.Account) string {
	switch {
	case isSavings(a):
		return "CONTA_POUPANCA"
	case a.Subtype == "payment":
		return "CONTA_PAGAMENTO_PRE_PAGA"
	}
	return "CONTA_DEPOSITO_A_VISTA"
}

func codeIn(i fairlead.Institution, scheme string) any {
	for _, c := range i.Codes {
		if c.Scheme == scheme {
			return c.Value
		}
	}
	return nil
}

// balances are Open Finance Brasil's: what is available is said without the overdraft
// ("sem considerar cheque especial", accounts 2.4.2), as every balance is.
func balances(a fairlead.Account) object {
	available := a.Balances.Available
	switch limit := a.Balances.OverdraftContracted; {
	case available == nil:
		available = a.Balances.Current
	case limit != nil && limit.Currency == available.Currency:
		available = &fairlead.Money{Amount: available.Amount.Sub(limit.Amount), Currency: available.Currency}
	}
	return object{
		{"availableAmount", amount(available)},
		{"blockedAmount", amount(a.Balances.Blocked)},
		{"automaticallyInvestedAmount", amount(a.Balances.Invested)},
	}
}

func overdraft(a fairlead.Account) object {
	return object{
		{"overdraftContractedLimit", amount(a.Balances.OverdraftContracted)},
		{"overdraftUsedLimit", amount(a.Balances.OverdraftUsed)},
		{"unarrangedOverdraftAmount", amount(a.Balances.OverdraftUnarranged)},
	}
}

// movementTypes are Open Finance Brasil's types of a movement by our kinds.
var movementTypes = map[string]string{
	"pix": "PIX", "ted": "TED", "boleto": "BOLETO", "direct_debit": "CONVENIO_ARRECADACAO", "salary": "FOLHA_PAGAMENTO",
	"cash": "SAQUE", "card": "CARTAO", "fee": "PACOTE_TARIFA_SERVICOS", "interest": "RENDIMENTO_APLIC_FINANCEIRA",
	"transfer": "TRANSFERENCIA_MESMA_INSTITUICAO", "cheque": "CHEQUE",
}

// movement is one transaction of an account.
func (b *builder) movement(a sourcedAccount, t fairlead.Transaction) object {
	e, status := t.Extra, "TRANSACAO_EFETIVADA"
	if t.State == fairlead.TransactionPending {
		status = "TRANSACAO_PROCESSANDO"
	}
	party := fairlead.Counterparty{}
	if t.Counterparty != nil {
		party = *t.Counterparty
	}
	absolute := fairlead.Money{Amount: t.Amount.Amount.Abs(), Currency: t.Amount.Currency}
	out := object{
		{"transactionId", first(t.Ref, string(t.ID))},
		{"transactionDate", dayOf(t)},
		{"transactionDateTime", instantOf(t)},
		either(e, "creditDebitType", direction(t.Amount)), either(e, "transactionName", t.Description),
		{"type", typeOf(t)},
		{"transactionAmount", amount(&absolute)},
		either(e, "completedAuthorisedPaymentType", status),
		either(e, "partieCnpjCpf", party.TaxID), either(e, "partiePersonType", personType(party.Kind)),
		either(e, "partieCompeCode", party.Bank), either(e, "partieBranchCode", party.Branch),
		either(e, "partieNumber", party.Account), either(e, "partieCheckDigit", nil),
		{"postTransactionBalance", balanceText(t)},
	}
	return append(out, b.categories(a, t)...)
}

// typeOf is Open Finance Brasil's type of a movement.
func typeOf(t fairlead.Transaction) string {
	kind, _ := first(extra(t.Extra, "type"), movementTypes[t.Kind], "OUTROS").(string)
	return kind
}

// balanceText is the balance after a movement as the vendor's own sample has it: text.
func balanceText(t fairlead.Transaction) any {
	if t.BalanceAfter == nil {
		return nil
	}
	return t.BalanceAfter.Amount.Round(2).String()
}

func direction(m fairlead.Money) string {
	if m.Amount.Sign() < 0 {
		return "DEBITO"
	}
	return "CREDITO"
}

func personType(k fairlead.PersonKind) any {
	switch k {
	case fairlead.PersonNatural:
		return "PESSOA_NATURAL"
	case fairlead.PersonCompany:
		return "PESSOA_JURIDICA"
	}
	return nil
}
