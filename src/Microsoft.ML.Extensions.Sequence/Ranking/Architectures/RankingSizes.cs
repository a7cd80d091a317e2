namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Which options an architecture's weights depend on.</summary>
/// <param name="Hidden">Whether on the width of dense layers.</param>
/// <param name="Filters">Whether on the channels of convolutions.</param>
/// <param name="Vectors">Whether on the length of term vectors, apart from the vectors themselves.</param>
internal sealed record RankingSizes(bool Hidden, bool Filters, bool Vectors)
{
    public static RankingSizes Of(RankingArchitecture architecture) => architecture switch
    {
        RankingArchitecture.KNrm or RankingArchitecture.Drmm => new(false, false, false),
        RankingArchitecture.Anmm or RankingArchitecture.MatchSrnn => new(false, false, true),
        RankingArchitecture.ConvKnrm => new(false, true, true),
        RankingArchitecture.DrmmTopK or RankingArchitecture.Duet or RankingArchitecture.Dssm or RankingArchitecture.Cdssm =>
            new(true, false, false),
        RankingArchitecture.MatchPyramid or RankingArchitecture.Pacrr => new(true, true, false),
        RankingArchitecture.LateInteraction or RankingArchitecture.MvLstm or RankingArchitecture.CrossEncoder => new(true, false, true),
        RankingArchitecture.ArcI or RankingArchitecture.ArcII => new(true, true, true),
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "It is not an architecture."),
    };
}
