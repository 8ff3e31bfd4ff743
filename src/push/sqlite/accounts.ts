import type { AccountPatch, PushAccount, PushStore } from '../store.ts';
import type { Database } from './database.ts';
import { patchRows, tooMany } from './patch.ts';
import { toAccount } from './rows.ts';

type AccountMethods = Pick<PushStore, 'createAccounts' | 'updateAccounts' | 'listAccounts'>;

/** The account half of the store. */
export function sqliteAccounts(db: Database): AccountMethods {
  return {
    createAccounts: (integrationId, accounts, limit) =>
      db.write(() => {
        const known = db.one('SELECT count(*) AS n FROM accounts WHERE integration_id = ?', integrationId);
        if (tooMany(known, accounts.length, limit)) return 'full' as const;
        const ids = new Set(accounts.map((account) => account.id));
        if (ids.size < accounts.length) return 'taken' as const;
        if ([...ids].some((id) => db.one(FIND_ACCOUNT, integrationId, id))) return 'taken' as const;
        for (const account of accounts) {
          db.run(
            'INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
            integrationId,
            account.id,
            account.name,
            account.description,
            account.active ? 1 : 0,
            account.arrears ? 1 : 0,
            account.link?.customerId ?? null,
            account.link?.mappingId ?? null,
          );
        }
        return 'created' as const;
      }),
    updateAccounts: (integrationId, patches) =>
      db.write(() =>
        patchRows<AccountPatch, PushAccount>(
          db,
          patches.map(({ accountId, patch }) => ({ id: accountId, patch })),
          {
            find: (id) => {
              const row = db.one(FIND_ACCOUNT, integrationId, id);
              return row && toAccount(row);
            },
            taken: (id) => db.one(FIND_ACCOUNT, integrationId, id) !== undefined,
            put: (id, next) => {
              db.run(
                `UPDATE accounts SET id = ?, name = ?, description = ?, active = ?, arrears = ?
                 WHERE integration_id = ? AND id = ?`,
                next.id,
                next.name,
                next.description,
                next.active ? 1 : 0,
                next.arrears ? 1 : 0,
                integrationId,
                id,
              );
              if (next.id === id) return;
              db.run(
                'UPDATE counts SET account_id = ? WHERE integration_id = ? AND account_id = ?',
                next.id,
                integrationId,
                id,
              );
            },
          },
        ),
      ),
    listAccounts: (integrationId) => db.read(() => accountsOf(db, integrationId)),
  };
}

export function accountsOf(db: Database, integrationId: string): PushAccount[] {
  return db.all('SELECT * FROM accounts WHERE integration_id = ?', integrationId).map(toAccount);
}

const FIND_ACCOUNT = 'SELECT * FROM accounts WHERE integration_id = ? AND id = ?';
