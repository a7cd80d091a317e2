namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The architecture of a neural ranker; <see cref="RankingArchitectureFacts"/> classifies them.</summary>
public enum RankingArchitecture
{
    /// <summary>Kernel pooling over the cosines of terms (Xiong et al. 2017, arXiv 1706.06613).</summary>
    KNrm,

    /// <summary>Kernel pooling over the cosines of n-grams (Dai et al. 2018).</summary>
    ConvKnrm,

    /// <summary>Histograms of cosines for each query term (Guo et al. 2016, arXiv 1711.08611). Term vectors are not trained.</summary>
    Drmm,

    /// <summary>The same with the largest cosines in place of histograms (DRMM-TKS, MatchZoo).</summary>
    DrmmTopK,

    /// <summary>Convolutions over the matrix of cosines (Pang et al. 2016, arXiv 1602.06359).</summary>
    MatchPyramid,

    /// <summary>
    /// Square convolutions over the matrix of cosines, the largest values of each term of the query (Hui et al. 2017, arXiv 1704.03940).
    /// </summary>
    Pacrr,

    /// <summary>Weights of ranges of cosines, and attention over the terms of the query (Yang et al. 2016, arXiv 1801.01641).</summary>
    Anmm,

    /// <summary>
    /// Exact matches by position, and representations by letters: the sum of two networks (Mitra et al. 2017, arXiv 1610.08136).
    /// </summary>
    Duet,

    /// <summary>
    /// The largest cosine of each term of the query, summed (Khattab and Zaharia 2020, arXiv 2004.12832), over windows of terms.
    /// </summary>
    LateInteraction,

    /// <summary>Convolutions over each text, then both together (Hu et al. 2014, arXiv 1503.03244).</summary>
    ArcI,

    /// <summary>Convolutions over windows of both texts (Hu et al. 2014, arXiv 1503.03244).</summary>
    ArcII,

    /// <summary>The largest cosines of terms after a bidirectional LSTM (Wan et al. 2016, arXiv 1511.08277).</summary>
    MvLstm,

    /// <summary>A spatial GRU over neural tensors of pairs of terms (Wan et al. 2016, arXiv 1604.04378).</summary>
    MatchSrnn,

    /// <summary>The cosine of two texts by letter trigrams (Huang et al. 2013).</summary>
    Dssm,

    /// <summary>The same over windows of three words (Shen et al. 2014).</summary>
    Cdssm,

    /// <summary>
    /// Query and document as one sequence through a transformer (Nogueira and Cho 2019, arXiv 1901.04085), which is trained from the start;
    /// with <see cref="NeuralRankingOptions.TrainTokenEncoder"/> that transformer is the encoder, as in the paper.
    /// </summary>
    CrossEncoder,
}
