using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The column names of a .ts file, and the type of a classification label.</summary>
public sealed class TsFileOptions : ICheckedOptions
{
    /// <summary>The column of sequences, [T, C]. The default is "Features".</summary>
    [Required]
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>The column of classes or of regression targets. The default is "Label".</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// Reads classes as a key over the header's @classLabel list, in its order, so that files with the same list give the same keys.
    /// The default is false: classes are text, for MapValueToKey.
    /// </summary>
    public bool LabelAsKey { get; set; }

    IEnumerable<string> ICheckedOptions.Errors() =>
        ColumnNames.ErrorsOfSame(nameof(FeatureColumnName), FeatureColumnName, nameof(LabelColumnName), LabelColumnName);
}
