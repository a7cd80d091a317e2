using System.Text.Json.Serialization;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>What a model file says of its model, beside the model itself.</summary>
public sealed record ModelDescription
{
    /// <summary>The version of this description that the tool writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the description.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The name of the model.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it predicts.</summary>
    public TaskName Task { get; init; }

    /// <summary>The trainer.</summary>
    public string Trainer { get; init; } = "";

    /// <summary>The label column.</summary>
    public string Label { get; init; } = "";

    /// <summary>The columns that the model reads, the label and the group among them.</summary>
    public IReadOnlyList<ModelColumn> Columns { get; init; } = [];

    /// <summary>The steps that a forecast reads; 0 for other tasks.</summary>
    public int History { get; init; }

    /// <summary>The steps that are forecast; 0 for other tasks.</summary>
    public int Horizon { get; init; }

    /// <summary>Whether it scores by libtorch, which has to be there before the model is read.</summary>
    public bool NeedsLibtorch { get; init; }

    /// <summary>Rows that were trained on.</summary>
    public int TrainRows { get; init; }

    /// <summary>The metrics on the test rows, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether the model reads series and no table.</summary>
    [JsonIgnore]
    public bool IsSeries => Columns.Any(column => column.Kind == ColumnKind.Series);

    /// <summary>The names of the columns to predict from.</summary>
    [JsonIgnore]
    public IEnumerable<string> FeatureNames => Columns.Where(column => column.Kind != ColumnKind.Label).Select(column => column.Name);

    /// <summary>The column of groups, or null.</summary>
    [JsonIgnore]
    public string? Group => Columns.FirstOrDefault(column => column.Kind == ColumnKind.Group)?.Name;
}

/// <summary>A column that a model reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is to the model.</param>
/// <param name="IsText">Whether it is text and no number.</param>
public sealed record ModelColumn(string Name, ColumnKind Kind, bool IsText);
