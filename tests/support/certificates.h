// Certificates and keys that exist for tests only: a CA, a leaf of its own, and a stranger's key.
#pragma once

#include <string_view>

namespace gw::testing {

inline constexpr std::string_view kCaPem =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBWjCCAQCgAwIBAgIUNr00UgibQMYgkfWHxDoHkuOERrswCgYIKoZIzj0EAwIw\n"
    "EjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0yNjExMjEyMDAyMzZaGA8yMTI2MTAyODIw\n"
    "MDIzNlowEjEQMA4GA1UEAwwHVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
    "A0IABDxz76l1WDFLPFyvSUWin0QlqV7z80A2Wg4hxCAhoETF5Sh4+tyrwVqo/iKz\n"
    "rAE91mYXMCN1HomxK+dNOD2tr9SjMjAwMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0O\n"
    "BBYEFD2V9LPYoADsi9Ak/W+bJ+Mcs9f7MAoGCCqGSM49BAMCA0gAMEUCIQCcSaIS\n"
    "5A9i0iVj7/Guey+vSOGIVhgTgJsstGICqzYWLwIgDrA4B+BJid++J0S2PJn1memX\n"
    "JwYnlQPGW92n2FCbS1M=\n"
    "-----END CERTIFICATE-----\n";
inline constexpr std::string_view kLeafPem =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBkTCCATigAwIBAgIUf3CXZK2AwXuwav18UghmRyVIkDcwCgYIKoZIzj0EAwIw\n"
    "DjEMMAoGA1UEAwwDd2ViMCAXDTI2MTEyMTIwMDIzNloYDzIxMjYxMDI4MjAwMjM2\n"
    "WjAOMQwwCgYDVQQDDAN3ZWIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQyF82f\n"
    "rfh53q3yKgWUEHaZ5gD5eOMuphUcA6xk7ABs/+HWk5BEof6FvJ0F0+246fMbXS+8\n"
    "E6mMKiUUNz2trDcmo3IwcDAMBgNVHRMBAf8EAjAAMEEGA1UdEQQ6MDiCCHdlYi50\n"
    "ZXN0hixzcGlmZmU6Ly90ZC5jb25zdWwvbnMvZGVmYXVsdC9kYy9kYzEvc3ZjL3dl\n"
    "YjAdBgNVHQ4EFgQUM/a0sRU00ddyL0Ntc3IurCEkULMwCgYIKoZIzj0EAwIDRwAw\n"
    "RAIgOUh4hMX6w5cqNKxl3DgHV60x5ZAvIOKLsqAGaGU1h5kCIHUlPUV9LLj2w5bm\n"
    "TbScRwnohfTZkn/HOF6T2oUe28OK\n"
    "-----END CERTIFICATE-----\n";
inline constexpr std::string_view kLeafKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPETt8uXC02p9tBOO\n"
    "phhW+sDKuFXOrkLrwA1sZnQ2HO+hRANCAAQyF82frfh53q3yKgWUEHaZ5gD5eOMu\n"
    "phUcA6xk7ABs/+HWk5BEof6FvJ0F0+246fMbXS+8E6mMKiUUNz2trDcm\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr std::string_view kOtherKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGXNEdsY1IHF0Xj5i\n"
    "aBwZdXYE9rEbIXjDJsdG9na7BFyhRANCAASXx70haHNLfGOAVLRS0eo09VACtIxX\n"
    "RTqpEAPWRETJNgeZYLqmOLpeXBY20zOm22H8mB/EiUN3GtYKm7JHXB/v\n"
    "-----END PRIVATE KEY-----\n";

}  // namespace gw::testing
