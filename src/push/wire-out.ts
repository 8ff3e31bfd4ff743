import type { PushAccount, PushIntegration, PushService, PushVendor } from './store.ts';

/** Before the first sync the protocol shows a date far in the past, never null. */
const NEVER = '1900-01-01T00:00:00.000Z';

/** An integration as the vendor sees it. */
export function wireOrganization(integration: PushIntegration, vendor: PushVendor): object {
  return {
    organizationId: integration.partnerId,
    name: integration.partnerName,
    vendorId: vendor.id,
    vendorName: vendor.name,
    integrationId: integration.id,
    status: integration.status,
    lastSyncedAt: integration.lastSyncedAt ?? NEVER,
  };
}

/** The vendor with its services, which the protocol calls SKUs. */
export function wireVendor(
  vendor: PushVendor,
  integration: PushIntegration,
  services: readonly PushService[],
): object {
  return {
    _id: vendor.id,
    id: vendor.id,
    name: vendor.name,
    description: vendor.description,
    integrationType: 'custom',
    imageUri: null,
    isDistributor: false,
    externalIntegrationStatus: 'notIntegrated',
    integrationPortalUrl: vendor.portalUrl,
    vendorSupportPageUrl: vendor.supportUrl,
    mappingResponsibilities: ['accounts', 'services'],
    modules: [{ variation: 'billing' }],
    organizationId: integration.partnerId,
    attributes: [],
    skus: services.map((one) => ({
      _id: one.id,
      id: one.id,
      name: one.name,
      description: one.description,
      logo: null,
      category: one.category,
      subcategory: one.subcategory,
      supportArticle: one.supportArticle,
      supportContact: one.supportContact,
    })),
    createdAt: vendor.createdAt,
    updatedAt: vendor.updatedAt,
    __v: 0,
  };
}

/** An account; what it is linked to is told as an opaque id only. */
export function wireAccount(account: PushAccount): object {
  return {
    id: account.id,
    name: account.name,
    description: account.description,
    isMapped: account.link !== null,
    ...(account.link ? { mappingId: account.link.mappingId } : {}),
  };
}

/** A service of the integration's own. */
export function wireService(service: PushService): object {
  return { id: service.id, name: service.name, description: service.description, isMapped: false };
}
