package io.moka.proxy.iptables;

/// Mode iptables with the back end `nft`.
class IptablesNftRuleSetTest extends IptablesContract {

    IptablesNftRuleSetTest() {
        super("nft");
    }
}
