namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How the columns of a .ts file are called, and what the label of a classification file is read as.</summary>
public sealed class TsFileOptions
{
    /// <summary>The column of sequences, [T, C]. The default is "Features".</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>The column of classes or of regression targets. The default is "Label".</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// Reads classes as a key over the header's @classLabel list, in its order, so that files with the same list give the same keys.
    /// The default is false: classes are text, for MapValueToKey.
    /// </summary>
    public bool LabelAsKey { get; set; }

    internal TsFileOptions Validated()
    {
        var errors = new OptionErrors("The reader of .ts files");
        errors.RequireName(nameof(FeatureColumnName), FeatureColumnName);
        errors.RequireName(nameof(LabelColumnName), LabelColumnName);
        errors.Require(FeatureColumnName != LabelColumnName, $"{nameof(FeatureColumnName)} and {nameof(LabelColumnName)} are both '{LabelColumnName}'.");
        errors.ThrowIfAny();
        return (TsFileOptions)MemberwiseClone();
    }
}
