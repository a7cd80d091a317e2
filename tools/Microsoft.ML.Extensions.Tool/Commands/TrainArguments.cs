namespace Microsoft.ML.Extensions.Tool;

/// <summary>The arguments of <c>mlx train</c>.</summary>
internal sealed record TrainArguments
{
    /// <summary>What to predict.</summary>
    public required TaskName Task { get; init; }

    /// <summary>The file to learn from.</summary>
    public required string DataSet { get; init; }

    /// <summary>The file to measure on; null for a fifth of the rows.</summary>
    public string? TestDataSet { get; init; }

    /// <summary>The label's name or index.</summary>
    public string? Label { get; init; }

    /// <summary>The name or index of the column of groups.</summary>
    public string? Group { get; init; }

    /// <summary>How files are read.</summary>
    public ReadSettings Read { get; init; } = new();

    /// <summary>The trainer; null tries several.</summary>
    public string? Trainer { get; init; }

    /// <summary>Options of the trainer, each <c>Option=Value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The seconds for trying trainers.</summary>
    public int TrainTime { get; init; } = 300;

    /// <summary>Past steps that a forecast reads; 0 for four times the horizon.</summary>
    public int History { get; init; }

    /// <summary>Steps to forecast.</summary>
    public int Horizon { get; init; }

    /// <summary>The name of the model; null for that of the file.</summary>
    public string? Name { get; init; }

    /// <summary>The folder in which the folder of the model is made.</summary>
    public string Output { get; init; } = ".";

    /// <summary>Whether files of an earlier training are replaced.</summary>
    public bool Force { get; init; }

    /// <summary>The seed of everything random.</summary>
    public int Seed { get; init; } = 1;
}
