using System.Globalization;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The names of a model's classes.</summary>
internal static class ClassNames
{
    /// <summary>The names that the label had, or the keys from 1.</summary>
    /// <param name="head">The head of a multiclass model.</param>
    public static string[] Of(TaskHead head) => head.Description.Classes?.Values
        ?? [.. Enumerable.Range(1, head.Outputs).Select(key => key.ToString(CultureInfo.InvariantCulture))];
}
