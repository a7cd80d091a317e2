using System.Globalization;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Numbers as messages show them, alike in all cultures.</summary>
internal static class Text
{
    public static string Of(double number) => number.ToString("g5", CultureInfo.InvariantCulture);
}
