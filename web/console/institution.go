package console

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/measuring"
)

func (c *Console) institutionRoutes() []route {
	return []route{{"GET " + tenantPath + "/institutions/{institution}", fairlead.PermissionView, c.institution}}
}

// institutionDays is how far back an institution's page looks.
const institutionDays = 30

// performance is how an institution did.
type performance struct {
	institution fairlead.Institution
	days        []measuring.Counts
	total       measuring.Counts
	last        time.Time // the day on which something went well last; zero: not within the days
}

func (c *Console) institution(v *view) error {
	i, err := c.o.Reading.Institution(v.ctx, v.tenant.ID, v.r.PathValue("institution"))
	if err != nil {
		return err
	}
	p := performance{institution: i}
	if p.days, err = c.o.Measuring.Days(v.ctx, v.tenant.ID, i.ID, v.now, institutionDays); err != nil {
		return err
	}
	for n, d := range p.days {
		p.total.Add(d)
		if d.Finished > 0 || d.Collections["complete"] > 0 {
			p.last = v.now.AddDate(0, 0, n-len(p.days)+1)
		}
	}
	return v.page("institutions", i.Name, institutionPage(v, p))
}

// collections are the institution's collections of each day: those that brought all, and the others.
func (p performance) collections(now time.Time) (out []bar) {
	for n, d := range p.days {
		b := bar{label: now.AddDate(0, 0, n-len(p.days)+1).Format("2 Jan")}
		for status, count := range d.Collections {
			if status == "complete" {
				b.fine += count
			} else {
				b.not += count
			}
		}
		out = append(out, b)
	}
	return out
}

// links are the institution's links of each day that were tried: those that finished, and those that failed.
func (p performance) links(now time.Time) (out []bar) {
	for n, d := range p.days {
		out = append(out, bar{now.AddDate(0, 0, n-len(p.days)+1).Format("2 Jan"), d.Finished, d.Failed})
	}
	return out
}
