using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What compression tried and what came of it.</summary>
public sealed class CompressionReport
{
    internal CompressionReport(
        string kind, CompressionStrategy strategy, CompressionCandidate teacher, CompressionCandidate student, CompressionCandidate winner,
        IReadOnlyList<CompressionCandidate> candidates, bool wasStopped) =>
        (Kind, Strategy, Teacher, Student, Winner, Candidates, WasStopped) = (kind, strategy, teacher, student, winner, candidates, wasStopped);

    /// <summary>The kind of network, such as <c>ParaRnn</c>.</summary>
    public string Kind { get; }

    /// <summary>How the search went about it.</summary>
    public CompressionStrategy Strategy { get; }

    /// <summary>The model that was given.</summary>
    public CompressionCandidate Teacher { get; }

    /// <summary>The model that was returned, on the same validation rows. The search chose it by them, so other rows are needed to judge it.</summary>
    public CompressionCandidate Student { get; }

    /// <summary>The candidate of the largest reward, which became <see cref="Student"/>.</summary>
    public CompressionCandidate Winner { get; }

    /// <summary>All candidates in the order of the search.</summary>
    public IReadOnlyList<CompressionCandidate> Candidates { get; }

    /// <summary>Whether the search was cancelled or ran out of time. The model is then the candidate as the search trained it.</summary>
    public bool WasStopped { get; }

    /// <summary>The student's parameters over the teacher's.</summary>
    public double ParametersRatio => (double)Student.Parameters / Teacher.Parameters;

    /// <summary>The rows a second of the student over those of the teacher, as measured.</summary>
    public double RowsPerSecondRatio => Teacher.Measure!.MillisecondsPerRow / Student.Measure!.MillisecondsPerRow;

    /// <summary>The candidates, teacher included, that no other one beats in parameters and accuracy, from the smallest.</summary>
    public IReadOnlyList<CompressionCandidate> Front
    {
        get
        {
            var front = new List<CompressionCandidate>();
            foreach (var next in Candidates.Append(Teacher).Where(one => one.Measure is not null)
                .OrderBy(one => one.Parameters).ThenByDescending(one => one.Measure!.Accuracy))
            {
                if (front.Count == 0 || next.Measure!.Accuracy > front[^1].Measure!.Accuracy)
                {
                    front.Add(next);
                }
            }
            return front;
        }
    }

    /// <summary>The candidates as comma-separated values; the first line has the names.</summary>
    public string ToCsv() => string.Concat(Candidates.Select(one => string.Create(CultureInfo.InvariantCulture,
        $"{one.Number},\"{one.Design}\",{one.Reward:r},{one.Measure?.Accuracy:r},{one.Parameters},{one.Operations},{one.Measure?.MillisecondsPerRow:r},\"{one.Obstacle?.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"))
        .Prepend("Number,Design,Reward,Accuracy,Parameters,Operations,MillisecondsPerRow,Obstacle\n"));

    /// <summary>Teacher and student in a few lines.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Kind}: {Teacher.Parameters} to {Student.Parameters} parameters ({ParametersRatio:p1}), accuracy on {Student.Measure!.Rows} validation rows {Teacher.Measure!.Accuracy:f4} to {Student.Measure.Accuracy:f4}, ")
        + string.Create(CultureInfo.InvariantCulture,
            $"{RowsPerSecondRatio:f2} times the rows a second; {Student.Design}; {Candidates.Count} candidates{(WasStopped ? ", stopped early" : "")}.");

    /// <summary>An HTML page without scripts or other files: a chart of parameters and accuracy, and a table of all candidates.</summary>
    /// <param name="title">The title.</param>
    public string ToHtml(string title = "Compression")
    {
        ArgumentNullException.ThrowIfNull(title);
        return CompressionPage.ToHtml(this, title);
    }

    /// <summary>Writes the page, completely or not at all.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Save(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(ToHtml()));
    }
}
