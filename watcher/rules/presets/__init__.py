"""Presets: the jobs most people have, ready to use; one file each, one line here."""

from __future__ import annotations

from collections.abc import Mapping

from watcher.rules.preset import Preset
from watcher.rules.presets.alias_retargeted import AliasRetargeted
from watcher.rules.presets.announced_price import AnnouncedPrice
from watcher.rules.presets.app_entered_top import AppEnteredTop
from watcher.rules.presets.capability_lost import CapabilityLost
from watcher.rules.presets.catalog_trouble import CatalogTrouble
from watcher.rules.presets.context_change import ContextChange
from watcher.rules.presets.data_policy_flip import DataPolicyFlip
from watcher.rules.presets.deprecation import Deprecation
from watcher.rules.presets.endpoint_disabled import EndpointDisabled
from watcher.rules.presets.free_variant_gone import FreeVariantGone
from watcher.rules.presets.model_added import ModelAdded
from watcher.rules.presets.model_removed import ModelRemoved
from watcher.rules.presets.new_free_variant import NewFreeVariant
from watcher.rules.presets.price_below import PriceBelow
from watcher.rules.presets.price_change import PriceChange
from watcher.rules.presets.provider_added import ProviderAdded
from watcher.rules.presets.provider_removed import ProviderRemoved
from watcher.rules.presets.quantization_downgrade import QuantizationDowngrade
from watcher.rules.presets.terms_changed import TermsChanged
from watcher.rules.presets.uptime_drop import UptimeDrop
from watcher.rules.presets.version_published import VersionPublished
from watcher.rules.presets.warning_message import WarningMessage

_ALL: tuple[type[Preset], ...] = (
    NewFreeVariant,
    FreeVariantGone,
    PriceChange,
    PriceBelow,
    DataPolicyFlip,
    UptimeDrop,
    ModelAdded,
    ModelRemoved,
    Deprecation,
    ContextChange,
    CapabilityLost,
    QuantizationDowngrade,
    AliasRetargeted,
    ProviderAdded,
    ProviderRemoved,
    TermsChanged,
    EndpointDisabled,
    AnnouncedPrice,
    AppEnteredTop,
    VersionPublished,
    WarningMessage,
    CatalogTrouble,
)
PRESETS: Mapping[str, type[Preset]] = {preset.NAME: preset for preset in _ALL}
