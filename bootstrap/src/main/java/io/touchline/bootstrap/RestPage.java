package io.touchline.bootstrap;

import io.touchline.adapter.rest.PageConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The page at {@code /}, where it is wanted. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("touchline.page.enabled")
@Import(PageConfiguration.class)
class RestPage {}
