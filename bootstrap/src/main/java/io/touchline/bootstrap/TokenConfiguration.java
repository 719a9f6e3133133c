package io.touchline.bootstrap;

import io.touchline.bootstrap.TouchlineProperties.Jwt;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.web.client.RestTemplate;

/** How bearer tokens are checked, the same for REST and sockets. */
@Configuration(proxyBeanMethods = false)
class TokenConfiguration {
    private static final int SECRET_BYTES = 32;
    private static final Converter<Map<String, Object>, Map<String, Object>> CLAIMS =
            MappedJwtClaimSetConverter.withDefaults(Map.of());
    private static final Duration KEYS_TIMEOUT = Duration.ofSeconds(2);

    @Bean
    RememberedTokens jwtDecoder(TouchlineProperties properties) {
        return decoder(properties.jwt());
    }

    static RememberedTokens decoder(Jwt jwt) {
        long ways = Stream.of(jwt.secret(), jwt.jwkSetUri(), jwt.publicKey())
                .filter(way -> way != null)
                .count();
        if (ways != 1) {
            throw new ConfigurationProblem("Set exactly one of touchline.jwt.secret, touchline.jwt.jwk-set-uri and"
                    + " touchline.jwt.public-key, to say how bearer tokens are checked (" + ways + " are set).");
        }
        NimbusJwtDecoder signatures = unvalidated(jwt);
        signatures.setJwtValidator(token -> OAuth2TokenValidatorResult.success());
        signatures.setClaimSetConverter(TokenConfiguration::claims);
        return new RememberedTokens(signatures, validator(jwt));
    }

    /** Spring makes up a time of issue that is before the end, in the future; what says none has none. */
    private static Map<String, Object> claims(Map<String, Object> said) {
        Map<String, Object> claims = CLAIMS.convert(said);
        claims.keySet().retainAll(said.keySet());
        return claims;
    }

    private static NimbusJwtDecoder unvalidated(Jwt jwt) {
        if (jwt.secret() != null) {
            return bySecret(jwt.secret());
        }
        return jwt.jwkSetUri() != null
                ? byKeySet(jwt.jwkSetUri())
                : byPublicKey(ConfigurationProblem.required(jwt.publicKey(), "touchline.jwt.public-key is empty."));
    }

    private static NimbusJwtDecoder bySecret(String secret) {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        if (key.length < SECRET_BYTES) {
            throw new ConfigurationProblem("The property touchline.jwt.secret is " + key.length
                    + " bytes long: set a random text of " + SECRET_BYTES + " bytes or more.");
        }
        return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(key, "HmacSHA256"))
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
    }

    private static NimbusJwtDecoder byKeySet(String uri) {
        if (!uri.startsWith("https://") && !uri.startsWith("http://")) {
            throw new ConfigurationProblem("The property touchline.jwt.jwk-set-uri is not an address: set one such as"
                    + " https://login.example.com/keys.");
        }
        SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory();
        requests.setConnectTimeout(KEYS_TIMEOUT);
        requests.setReadTimeout(KEYS_TIMEOUT);
        return NimbusJwtDecoder.withJwkSetUri(uri)
                .restOperations(new RestTemplate(requests))
                .build();
    }

    private static NimbusJwtDecoder byPublicKey(String pem) {
        try {
            RSAPublicKey key =
                    RsaKeyConverters.x509().convert(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            return NimbusJwtDecoder.withPublicKey(key).build();
        } catch (RuntimeException e) {
            throw new ConfigurationProblem(
                    "The property touchline.jwt.public-key is not an RSA public key: set the PEM text that begins with"
                            + " -----BEGIN PUBLIC KEY-----.",
                    e);
        }
    }

    private static OAuth2TokenValidator<org.springframework.security.oauth2.jwt.Jwt> validator(Jwt jwt) {
        List<OAuth2TokenValidator<org.springframework.security.oauth2.jwt.Jwt>> checks = new ArrayList<>();
        checks.add(new JwtTimestampValidator());
        if (jwt.issuer() != null) {
            checks.add(new JwtIssuerValidator(jwt.issuer()));
        }
        String audience = jwt.audience();
        if (audience != null) {
            checks.add(new JwtClaimValidator<List<String>>(
                    JwtClaimNames.AUD, named -> named != null && named.contains(audience)));
        }
        return new DelegatingOAuth2TokenValidator<>(checks);
    }
}
