// exp() with an error of little more than half a unit in the last place, in place of lib/libm_dbl's: that one gives an exp(1)
// that is not math.e, and programs print and compare it.

#include <math.h>

#define LOG2_E 1.44269504088896338700e+00
#define LN2_HIGH 6.93147180369123816490e-01 // upper 33 bits of ln 2: times a small integer it is exact
#define LN2_LOW 1.90821492927058770002e-10
#define OVERFLOW 7.09782712893383973096e+02
#define UNDERFLOW (-7.45133219101941108420e+02)

double exp(double x) {
    if (isnan(x)) {
        return x;
    }
    if (x > OVERFLOW) {
        return INFINITY;
    }
    if (x < UNDERFLOW) {
        return 0;
    }
    // x = k ln 2 + r, r in two parts.
    int k = (int)(x * LOG2_E + (x < 0 ? -0.5 : 0.5));
    double high = x - k * LN2_HIGH;
    double low = k * LN2_LOW;
    double r = high - low;
    double r_rest = (high - r) - low;
    // exp(r) - 1 - r by its series; what is below the last place of 1 + r is added to it before it is added to 1 + r.
    static const double inverse_factorials[] = {
        1.0 / 87178291200, 1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
        1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5,
    };
    double series = 0;
    for (unsigned int i = 0; i < sizeof(inverse_factorials) / sizeof(inverse_factorials[0]); ++i) {
        series = series * r + inverse_factorials[i];
    }
    double sum = 1 + r;
    double sum_rest = r - (sum - 1);
    double y = sum + (sum_rest + (r * r * series + r_rest * sum));
    return scalbn(y, k);
}
