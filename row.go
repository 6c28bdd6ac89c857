package fairlead

// Row is where a store puts a noun: the tenant and the id that name it, and the
// version it was read at, which Put counts up.
func (a *Application) Row() (TenantID, string, *int64) { return a.Tenant, string(a.ID), &a.Version }

// Row: see Application.Row.
func (k *Key) Row() (TenantID, string, *int64) { return k.Tenant, string(k.ID), &k.Version }

// Row: see Application.Row.
func (p *Person) Row() (TenantID, string, *int64) { return p.Tenant, string(p.ID), &p.Version }

// Row: see Application.Row.
func (t *Template) Row() (TenantID, string, *int64) { return t.Tenant, string(t.ID), &t.Version }

// Row: see Application.Row.
func (l *Link) Row() (TenantID, string, *int64) { return l.Tenant, string(l.ID), &l.Version }

// Row: see Application.Row.
func (c *Connection) Row() (TenantID, string, *int64) { return c.Tenant, string(c.ID), &c.Version }

// Row: see Application.Row.
func (c *Consent) Row() (TenantID, string, *int64) { return c.Tenant, string(c.ID), &c.Version }

// Row: see Application.Row.
func (c *Collection) Row() (TenantID, string, *int64) { return c.Tenant, string(c.ID), &c.Version }

// Row: see Application.Row.
func (e *Endpoint) Row() (TenantID, string, *int64) { return e.Tenant, string(e.ID), &e.Version }

// Row: see Application.Row.
func (d *Delivery) Row() (TenantID, string, *int64) { return d.Tenant, string(d.ID), &d.Version }
