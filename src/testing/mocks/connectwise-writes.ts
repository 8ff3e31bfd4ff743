import type { ContractLine } from '../../model/psa.ts';
import type { MockCall, MockKit, MockReply } from '../mock/types.ts';
import type { World } from '../world/types.ts';
import { fail } from './connectwise-errors.ts';

type Row = Record<string, unknown>;

/** JSON-patch of one addition. Only what reconciliation writes is taken. */
export function patch(
  call: MockCall,
  kit: MockKit,
  updated: Map<string, string>,
  rowOf: (line: ContractLine) => Row,
): MockReply {
  const line = kit.state.lines.get(call.params.id ?? '');
  if (!line || line.contractId !== call.params.agreementId) {
    return fail({ status: 404, message: `Addition ${call.params.id} was not found.` });
  }
  if (!call.headers.get('content-type')?.startsWith('application/json')) {
    return fail({ status: 415, message: 'The content type must be application/json.' });
  }
  if (!Array.isArray(call.body))
    return fail({ status: 400, message: 'addition object is invalid', field: 'body' });
  let next = line;
  for (const { op, path, value } of call.body as readonly { op: string; path: string; value: unknown }[]) {
    if (op !== 'replace') return fail({ status: 400, message: `The mock takes replace only, not ${op}.` });
    if (path === 'quantity' && typeof value === 'number') next = { ...next, units: value };
    else if (path === 'cancelledDate' && typeof value === 'string')
      next = { ...next, endDate: value.slice(0, 10) };
    else return fail({ status: 400, message: 'addition object is invalid', field: path });
  }
  kit.state.lines.set(line.id, next);
  updated.set(line.id, call.now);
  if (next.units !== line.units) kit.state.writes.push({ lineId: line.id, from: line.units, to: next.units });
  return { json: rowOf(next) };
}

/** A new addition on an agreement. */
export function create(
  call: MockCall,
  world: World,
  kit: MockKit,
  id: string,
  rowOf: (line: ContractLine) => Row,
): MockReply {
  const contract = world.psa.contracts.find((one) => one.id === call.params.agreementId);
  const body = (call.body ?? {}) as {
    product?: { id?: number };
    quantity?: number;
    billCustomer?: string;
    effectiveDate?: string;
    unitPrice?: number;
  };
  const service = world.psa.services.find((one) => one.id === String(body.product?.id));
  if (!contract) return fail({ status: 404, message: `Agreement ${call.params.agreementId} was not found.` });
  if (!service) return fail({ status: 400, message: 'A product is required.', field: 'product' });
  if (!body.billCustomer)
    return fail({ status: 400, message: 'billCustomer is required.', field: 'billCustomer' });
  const line: ContractLine = {
    id,
    contractId: contract.id,
    customerId: contract.customerId,
    serviceId: service.id,
    units: body.quantity ?? 1,
    ...(body.unitPrice === undefined ? {} : { unitPrice: String(body.unitPrice) }),
    startDate: body.effectiveDate?.slice(0, 10) ?? null,
    endDate: null,
    active: true,
    billable: body.billCustomer === 'Billable',
    description: service.name,
  };
  kit.state.lines.set(id, line);
  kit.state.writes.push({ lineId: id, from: 0, to: line.units });
  return { status: 201, json: rowOf(line) };
}
