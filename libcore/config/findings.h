// The codes that the schema's checks report; their rows stand in codes.cpp.
#pragma once

#include <string_view>

namespace gw::config::code {

inline constexpr std::string_view kNeitherFormat = "GW1101";
inline constexpr std::string_view kDeckOnly = "GW1102";
inline constexpr std::string_view kEntityNotRun = "GW1103";
inline constexpr std::string_view kPatchWithoutTarget = "GW1104";

inline constexpr std::string_view kUnknownField = "GW1201";
inline constexpr std::string_view kWrongType = "GW1202";
inline constexpr std::string_view kMissing = "GW1203";
inline constexpr std::string_view kOutOfRange = "GW1204";
inline constexpr std::string_view kNotOneOf = "GW1205";
inline constexpr std::string_view kBadForm = "GW1206";
inline constexpr std::string_view kEmpty = "GW1207";
inline constexpr std::string_view kExcluded = "GW1208";
inline constexpr std::string_view kNoneOf = "GW1209";
inline constexpr std::string_view kBadPem = "GW1210";
inline constexpr std::string_view kKeyMismatch = "GW1211";
inline constexpr std::string_view kExpired = "GW1212";
inline constexpr std::string_view kNoCa = "GW1213";
inline constexpr std::string_view kTtlIgnored = "GW1214";
inline constexpr std::string_view kUnverifiedTls = "GW1215";
inline constexpr std::string_view kKeyless = "GW1216";
inline constexpr std::string_view kSansUnchecked = "GW1217";
inline constexpr std::string_view kVaultNotRun = "GW1218";

inline constexpr std::string_view kBadReference = "GW1301";
inline constexpr std::string_view kReferenceForm = "GW1302";
inline constexpr std::string_view kDuplicate = "GW1303";
inline constexpr std::string_view kOverridden = "GW1304";
inline constexpr std::string_view kParentTwice = "GW1305";
inline constexpr std::string_view kUnknownAnonymous = "GW1306";

inline constexpr std::string_view kUnknownPlugin = "GW1401";
inline constexpr std::string_view kPluginNotRun = "GW1402";
inline constexpr std::string_view kGuardNotRun = "GW1403";
inline constexpr std::string_view kScope = "GW1404";
inline constexpr std::string_view kLimitOrder = "GW1405";
inline constexpr std::string_view kSyncRate = "GW1406";
inline constexpr std::string_view kErrorCode = "GW1407";
inline constexpr std::string_view kNeverApplies = "GW1408";
inline constexpr std::string_view kConsumerLimits = "GW1409";
inline constexpr std::string_view kClusterAsLocal = "GW1410";
inline constexpr std::string_view kOpenRedis = "GW1411";
inline constexpr std::string_view kAliasMismatch = "GW1412";

inline constexpr std::string_view kBadPath = "GW1501";
inline constexpr std::string_view kBadRegex = "GW1502";
inline constexpr std::string_view kRouterRegex = "GW1503";
inline constexpr std::string_view kLiteralRegex = "GW1504";
inline constexpr std::string_view kProtocols = "GW1505";
inline constexpr std::string_view kNoCriterion = "GW1506";
inline constexpr std::string_view kStreamRoute = "GW1507";

}  // namespace gw::config::code
