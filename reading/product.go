package reading

import (
	"context"

	"github.com/fairlead-dev/fairlead"
)

// Holding reads one position.
func (r *Reading) Holding(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID) (fairlead.Holding, error) {
	rec, o, err := r.get(ctx, tenant, id, fairlead.HoldingRecord)
	if err != nil {
		return fairlead.Holding{}, err
	}
	return holding(o, rec)
}

// Loan reads one credit contract.
func (r *Reading) Loan(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID) (fairlead.Loan, error) {
	rec, o, err := r.get(ctx, tenant, id, fairlead.LoanRecord)
	if err != nil {
		return fairlead.Loan{}, err
	}
	return loan(o, rec)
}

// InvestmentTransaction reads one movement of an investment account.
func (r *Reading) InvestmentTransaction(ctx context.Context, tenant fairlead.TenantID, id fairlead.RecordID) (fairlead.InvestmentTransaction, error) {
	rec, o, err := r.get(ctx, tenant, id, fairlead.InvestmentTransactionRecord)
	if err != nil {
		return fairlead.InvestmentTransaction{}, err
	}
	return investmentTransaction(o, rec)
}
