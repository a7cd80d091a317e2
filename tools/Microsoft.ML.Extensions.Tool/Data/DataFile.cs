using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Reads data files by their ending: .ts as series, .arff, .parquet, and everything else as a table with separators.</summary>
internal static class DataFile
{
    // Of a list, whose memory grows by doubling.
    private const int LongestTable = int.MaxValue / 2;

    /// <summary>Reads a file to train on, and decides what its columns are.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="settings">How it is read.</param>
    /// <param name="task">What is to be predicted.</param>
    /// <param name="label">The label's name or index; null for the last column, and for the label of a .ts file.</param>
    /// <param name="group">The name or index of the column of groups; for ranking.</param>
    /// <exception cref="UsageException">The file cannot be read as the settings say; the message says why.</exception>
    public static DataSet ForTraining(MLContext ml, string path, ReadSettings settings, TaskName task, string? label, string? group)
    {
        if (IsTs(path))
        {
            return RefuseTableOptions(settings, label) ?? TsData.Read(ml, path, task);
        }
        var (names, profiles, saysText) = Profile(path, settings);
        var inference = new ColumnInference(path, names, profiles);
        var labelAt = label is null ? names.Count - 1 : ColumnNames.Find(names, label, "--label-col", path);
        var groupAt = group is null ? -1 : ColumnNames.Find(names, group, "--group-col", path);
        var ignored = settings.Ignored.Select(name => ColumnNames.Find(names, name, "--ignore-cols", path)).ToHashSet();
        var asText = settings.AsText.Select(name => ColumnNames.Find(names, name, "--text-cols", path)).ToHashSet();
        if (ignored.Contains(labelAt) || labelAt == groupAt)
        {
            throw new UsageException($"The label '{names[labelAt]}' is also named by {(labelAt == groupAt ? "--group-col" : "--ignore-cols")}.");
        }
        if (names[labelAt] is "Features" or "Score" or "PredictedLabel")
        {
            throw new UsageException($"{path}: a label cannot have the name '{names[labelAt]}', which a model's own column has; rename it.");
        }
        var columns = names.Select((_, at) =>
            at == labelAt ? task == TaskName.Classification ? inference.ClassLabel(at) : inference.NumberLabel(at)
            : at == groupAt ? inference.Wanted(at, true, ColumnKind.Group)
            : ignored.Contains(at) || task == TaskName.Forecasting ? inference.Ignored(at)
            : inference.Feature(at, asText.Contains(at) || saysText(at) == true)).ToList();
        CheckSeries(path, task, names[labelAt], profiles[labelAt]);
        var data = Load(path, settings, columns, needsLabel: true);
        return task == TaskName.Forecasting || data.Features.Any() ? data : throw new UsageException(
            $"{path} has no column to learn from beside the label '{names[labelAt]}'"
            + (names.Count == 1 ? "; expected columns separated by ',', ';', tab or '|', or named by --separator." : "."));
    }

    /// <summary>Reads a file for a trained model.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="path">The file.</param>
    /// <param name="settings">How it is read.</param>
    /// <param name="model">What the model reads.</param>
    /// <param name="needsLabel">Whether rows need a label.</param>
    /// <param name="label">The label's name or index in this file, if it has another name there.</param>
    /// <exception cref="UsageException">The file has not what the model reads; the message says what.</exception>
    public static DataSet ForModel(MLContext ml, string path, ReadSettings settings, ModelDescription model, bool needsLabel, string? label)
    {
        if (model.IsSeries != IsTs(path))
        {
            throw new UsageException(model.IsSeries ? $"The model reads series from a .ts file; '{path}' is none."
                : $"The model reads a table with the columns {string.Join(", ", model.FeatureNames)}; '{path}' is a file of series.");
        }
        if (model.IsSeries)
        {
            return RefuseTableOptions(settings, label) ?? TsData.Read(ml, path, needsLabel ? model.Task : null);
        }
        var (names, profiles, _) = Profile(path, settings);
        var inference = new ColumnInference(path, names, profiles);
        var labelAt = label is not null ? ColumnNames.Find(names, label, "--label-col", path) : names.IndexOf(model.Label);
        if (labelAt < 0 && (needsLabel || model.Task == TaskName.Forecasting))
        {
            throw new UsageException($"{path} has no column '{model.Label}', which is the model's label; the nearest are "
                + $"{string.Join(", ", NearestNames.Of(model.Label, names))}. Name it with --label-col.");
        }
        if (labelAt >= 0)
        {
            CheckSeries(path, model.Task, names[labelAt], profiles[labelAt]);
        }
        var wanted = new Dictionary<int, ColumnInfo>();
        foreach (var column in model.Columns.Where(column => column.Kind != ColumnKind.Label))
        {
            var at = names.IndexOf(column.Name);
            wanted[at >= 0 ? at : throw new UsageException($"{path} has no column '{column.Name}', which the model reads; the nearest are "
                + $"{string.Join(", ", NearestNames.Of(column.Name, names))}.")] = inference.Wanted(at, column.IsText, column.Kind);
        }
        var columns = names.Select((_, at) => wanted.GetValueOrDefault(at)
            ?? (at != labelAt ? inference.Ignored(at)
                : inference.Wanted(at, model.Task == TaskName.Classification, ColumnKind.Label) with { Name = model.Label })).ToList();
        return Load(path, settings, columns, needsLabel, labelAt < 0 ? model : null);
    }

    /// <summary>Whether a file holds series.</summary>
    public static bool IsTs(string path) => path.EndsWith(".ts", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file is a table that says itself what its columns are: .arff or .parquet.</summary>
    public static bool IsTyped(string path) => Path.GetExtension(path).ToUpperInvariant() is ".ARFF" or ".PARQUET";

    /// <summary>Opens the rows of a table.</summary>
    public static RowReader Open(string path, ReadSettings settings) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".ARFF" or ".PARQUET" when settings.Separator is not null || settings.DecimalComma || !settings.HasHeader => throw new UsageException(
            $"--separator, --decimal-comma and --has-header are for tables of text; '{path}' says itself what its columns are."),
        ".ARFF" => new ArffRows(path),
        ".PARQUET" => new ParquetRows(path),
        ".XLSX" or ".XLS" or ".JSON" or ".JSONL" or ".ZIP" or ".GZ" => throw new UsageException(
            $"'{path}' is a {Path.GetExtension(path)} file; allowed are .csv, .tsv, .txt, .parquet, .arff and .ts. Save it as .csv."),
        _ => new CsvRows(path, settings),
    };

    // A row that is left out would move all later ones in time.
    private static void CheckSeries(string path, TaskName task, string label, ColumnProfile profile)
    {
        if (task == TaskName.Forecasting && profile.Missing(isText: false) > 0)
        {
            throw new UsageException($"{path}, line {profile.FirstMissing}: there is no value in the series '{label}'; a forecast needs one in every row.");
        }
    }

    private static DataSet? RefuseTableOptions(ReadSettings settings, string? label) =>
        label is not (null or "Label") ? throw new UsageException($"--label-col is '{label}'; a .ts file has one label, 'Label'. Leave the option out.")
        : settings.Ignored.Count + settings.AsText.Count > 0 || settings.Separator is not null || settings.DecimalComma || !settings.HasHeader
            ? throw new UsageException("--ignore-cols, --text-cols, --separator, --decimal-comma and --has-header are for tables; a .ts file has none of them.")
        : null;

    private static (List<string> Names, List<ColumnProfile> Profiles, Func<int, bool?> SaysText) Profile(string path, ReadSettings settings)
    {
        using var rows = Open(path, settings);
        var profiles = rows.Names.Select(_ => new ColumnProfile(settings.DecimalComma)).ToList();
        var count = 0;
        while (rows.Read())
        {
            count++;
            for (var column = 0; column < profiles.Count; column++)
            {
                profiles[column].Add(rows.Cell(column).ToString(), rows.Line);
            }
        }
        bool?[] says = [.. rows.Names.Select((_, column) => rows.SaysText(column))];
        return count == 0 ? throw new UsageException($"{path} has no rows after its header.")
            : ([.. rows.Names], profiles, column => says[column]);
    }

    // The second pass over the file; a label that a file lacks has no value in any row.
    private static DataSet Load(
        string path, ReadSettings settings, IReadOnlyList<ColumnInfo> columns, bool needsLabel, ModelDescription? withoutLabel = null)
    {
        var read = columns.Where(column => column.IsRead).ToList();
        var builders = read.Select(column => new ColumnBuilder(column.IsText, settings.DecimalComma)).ToList();
        var label = read.FindIndex(column => column.Kind == ColumnKind.Label);
        var (rows, left) = (0, 0);
        using (var reader = Open(path, settings))
        {
            while (reader.Read())
            {
                if (needsLabel && MissingMarkers.IsMissing(reader.Cell(read[label].Index).ToString(), read[label].IsText))
                {
                    left++;
                    continue;
                }
                rows = rows < LongestTable ? rows + 1 : throw new UsageException($"{path} has more than {LongestTable} rows; split it.");
                for (var column = 0; column < read.Count; column++)
                {
                    builders[column].Add(reader.Cell(read[column].Index).ToString());
                }
            }
        }
        var values = read.Zip(builders, (column, builder) => (column.Name, builder.Values)).ToList();
        if (withoutLabel is not null)
        {
            Array none = withoutLabel.Task == TaskName.Classification ? Enumerable.Repeat("", rows).ToArray() : Enumerable.Repeat(float.NaN, rows).ToArray();
            values.Add((withoutLabel.Label, none));
        }
        return new DataSet(path, new TableView(values), columns, label < 0 ? null : read[label].Name,
            read.FirstOrDefault(column => column.Kind == ColumnKind.Group)?.Name, rows, left);
    }
}
