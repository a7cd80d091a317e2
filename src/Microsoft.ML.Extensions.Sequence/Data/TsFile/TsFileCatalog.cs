using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Reads time series files.</summary>
public static class TsFileCatalog
{
    /// <summary>
    /// Loads a .ts file of the UEA and UCR archives (the format of aeon and sktime): one series a line, dimensions split by ':',
    /// values by ',', '?' or NaN for a missing value (NaN), and as last field the class or the regression target.
    /// </summary>
    /// <remarks>
    /// Only the header is read now, and the lengths of the lines where the header does not say whether they are equal;
    /// each pass over the data reads the file again, one line at a time.
    /// The features are [T, C], time first; T is 0 in the column's type where lengths differ. The label is text after '@classLabel true',
    /// Single after '@targetLabel true', and absent where the file has none. A class that is '?' or NaN is missing: empty text, key 0.
    /// What the header leaves out is inferred where only one reading is possible; what it says and the data contradicts is an error.
    /// A malformed line is a FormatException of the pass that reads it, with file and line. Time stamps and ARFF files are refused.
    /// docs/Files.md lists what is read of the files of aeon, sktime and the archives.
    /// </remarks>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="labelColumnName">The column of classes or targets. The default is "Label".</param>
    /// <param name="featureColumnName">The column of sequences. The default is "Features".</param>
    /// <param name="labelAsKey">True for a key over the header's list of classes, in its order. The default is false: text.</param>
    /// <returns>The series, in the order of the file; it cannot be shuffled.</returns>
    /// <exception cref="ArgumentException">A column name is empty, or both are the same.</exception>
    /// <exception cref="IOException">The file is not there, is a folder, or cannot be opened.</exception>
    /// <exception cref="FormatException">
    /// The header is malformed, has an unknown line or contradicts itself or the first series, or there is no series.
    /// </exception>
    public static IDataView LoadFromTsFile(
        this DataOperationsCatalog catalog,
        string path,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        bool labelAsKey = false) =>
        LoadFromTsFile(catalog, path, new TsFileOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            LabelAsKey = labelAsKey,
        });

    /// <inheritdoc cref="LoadFromTsFile(DataOperationsCatalog, string, string, string, bool)"/>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How the columns are called, and what the label is read as.</param>
    public static IDataView LoadFromTsFile(this DataOperationsCatalog catalog, string path, TsFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        return new TsView(path, options.Validated());
    }
}
