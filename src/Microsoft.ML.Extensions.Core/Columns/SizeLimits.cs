using System.Globalization;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>Limits of sizes that come from columns, options and data. They are checked before anything is allocated.</summary>
internal static class SizeLimits
{
    /// <summary>The most classes or tokens: they are kept as floats, which are exact up to here.</summary>
    public const int MaxKeys = 1 << 24;

    /// <summary>The most numbers in a forecast, all steps, series and quantiles together.</summary>
    public const int MaxForecast = 1 << 24;

    /// <summary>The most numbers in a row: 1 GiB of them.</summary>
    public const int MaxValues = 1 << 28;

    /// <summary>The product of sizes.</summary>
    /// <param name="what">What has this size; the message begins with it.</param>
    /// <param name="sizes">The sizes, 0 for one that is not known.</param>
    /// <exception cref="InvalidOperationException">It is larger than an array can be.</exception>
    public static int Product(string what, params ReadOnlySpan<long> sizes) => Within(Array.MaxLength, sizes) is { } product ? product
        : throw new InvalidOperationException($"{what} is {Text(sizes)} values; {Number(Array.MaxLength)} are possible at once.");

    /// <summary>The product of sizes that are part of a column's type.</summary>
    /// <param name="what">What has this size; the message begins with it.</param>
    /// <param name="limit">The largest product allowed.</param>
    /// <param name="advice">What to do about it.</param>
    /// <param name="sizes">The sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is larger.</exception>
    public static int OfColumn(string what, int limit, string advice, params ReadOnlySpan<long> sizes) =>
        Within(limit, sizes) is { } product ? product
        : throw new ArgumentOutOfRangeException("schema", $"{what} is {Text(sizes)} values; allowed are {Number(limit)}. {advice}");

    /// <summary>The values of one row, a product of sizes.</summary>
    /// <param name="what">What has this size; the message begins with it.</param>
    /// <param name="sizes">The sizes.</param>
    /// <exception cref="InvalidDataException">It has more than <see cref="MaxValues"/>.</exception>
    public static int OfRow(string what, params ReadOnlySpan<long> sizes) => Within(MaxValues, sizes) is { } product ? product
        : throw new InvalidDataException($"{what} is {Text(sizes)} values; allowed are {Number(MaxValues)}.");

    // No product of such sizes overflows a double, and a product within the limit is exact.
    private static int? Within(int limit, ReadOnlySpan<long> sizes)
    {
        var product = 1.0;
        foreach (var size in sizes)
        {
            product *= size;
        }
        return product <= limit ? (int)product : null;
    }

    private static string Text(ReadOnlySpan<long> sizes) => string.Join(" x ", sizes.ToArray().Select(size => Number(size)));

    private static string Number(long value) => value.ToString("n0", CultureInfo.InvariantCulture);
}
